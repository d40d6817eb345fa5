public import DashJSON
public import FoundationEssentials

/// A resource's stored values: attributes and foreign keys by column name. Ids and timestamps are text, as in REST.
public struct ResourceRow: Sendable, Hashable {
    public var id: UUID
    public var values: [String: JSONValue]
    /// Why sealed columns have no value here, though they have one in the database: no key opens it.
    public var unreadable: [String: String] = [:]

    public init(id: UUID, values: [String: JSONValue]) {
        self.id = id
        self.values = values
    }

    /// Tells this state of the row from the others; nil for one that is never changed.
    public var version: String? { timestamp("updated_at").map { String($0.microseconds, radix: 36) } }

    /// When a row was in the state that a version names; nil for what is no version.
    public static func time(ofVersion text: String) -> Timestamp? {
        Int64(text, radix: 36).map { Timestamp(microseconds: $0) }
    }

    public subscript(_ column: String) -> JSONValue { values[column] ?? .null }

    public func string(_ column: String) -> String? { self[column].stringValue }
    public func int(_ column: String) -> Int? { self[column].intValue }
    public func bool(_ column: String) -> Bool { self[column].boolValue ?? false }
    public func uuid(_ column: String) -> UUID? { self[column].stringValue.flatMap(UUID.init(uuidString:)) }
    public func timestamp(_ column: String) -> Timestamp? { self[column].stringValue.flatMap { Timestamp(text: $0) } }
}
