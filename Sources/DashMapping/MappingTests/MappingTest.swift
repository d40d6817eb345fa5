public import DashJSON
public import DashModel

/// What a mapping should make of an input. Tests are stored with the mapping and run whenever it is saved.
public struct MappingTest: Sendable, Hashable {
    /// What is to come out.
    public enum Expectation: Sendable, Hashable {
        /// These records, in order; none for what is dropped.
        case records([JSONValue])
        /// The quarantine, by this rule or transformation and on account of this field.
        case refusal(rule: String, field: String?)
    }

    public var name: String
    /// One source record, or several that arrive in one batch.
    public var inputs: [JSONValue]
    public var expectation: Expectation
    /// `now` to expressions.
    public var now: Timestamp?
    /// Whether the expectation is a list; else it is the one record.
    var isList: Bool
}
