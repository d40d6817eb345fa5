/// A source record that broke a rule or could not be mapped, for the quarantine.
public struct RefusedRecord: Sendable, Hashable {
    /// The rule's kind (`type`, `required`, `enum`, `range`), `record` for what is no object, or the kind of the
    /// transformation that could not be done; `schema.` and the keyword for what doesn't fit the schema.
    public var rule: String
    /// The field as the definition names it; nil when the whole record is at fault.
    public var field: String?
    /// For people; names forms, never values.
    public var reason: String
    /// The source record, compact.
    public var data: [UInt8]

    public init(rule: String, field: String?, reason: String, data: [UInt8]) {
        self.rule = rule
        self.field = field
        self.reason = reason
        self.data = data
    }
}
