public import DashJSON
public import FoundationEssentials

/// What a client wants written: attributes by name, and related rows by relationship name.
public struct ResourceInput: Sendable, Hashable {
    public var attributes: JSONObject
    public var relationships: [String: UUID]
    /// To-one relationships that the client wants to lead nowhere.
    public var cleared: Set<String> = []

    public init(attributes: JSONObject = JSONObject(), relationships: [String: UUID] = [:]) {
        self.attributes = attributes
        self.relationships = relationships
    }

    /// `["name": "Orders", "retention_days": 7]`.
    public init(_ attributes: KeyValuePairs<String, JSONValue>, relationships: [String: UUID] = [:]) {
        self.init(attributes: JSONObject(attributes.map { ($0.key, $0.value) }), relationships: relationships)
    }
}
