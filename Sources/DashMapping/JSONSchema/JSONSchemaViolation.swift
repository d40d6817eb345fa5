/// One fault of a value, and the keyword that found it.
public struct JSONSchemaViolation: Sendable, Hashable {
    /// JSON Pointer into the value; empty for the value itself.
    public var instanceLocation: String
    /// Where the keyword stands: the schema's address if it has one, `#`, and a JSON Pointer.
    public var schemaLocation: String
    public var keyword: String
    /// For people; names forms, keys and limits, never a value.
    public var message: String
    /// The member that is missing at the location; nil for all keywords but `required`.
    public var missing: String?

    public init(
        instanceLocation: String,
        schemaLocation: String,
        keyword: String,
        message: String,
        missing: String? = nil
    ) {
        self.instanceLocation = instanceLocation
        self.schemaLocation = schemaLocation
        self.keyword = keyword
        self.message = message
        self.missing = missing
    }
}
