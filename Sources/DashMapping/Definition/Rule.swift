public import DashJSON

/// One demand on the finished record; a record that breaks it goes to the quarantine.
///
/// A missing field and `null` break only `required`.
public struct Rule: Sendable, Hashable {
    public enum Demand: Sendable, Hashable {
        /// `{"kind":"type","field","type"}`; `object` and `array` are allowed here besides the field types.
        case type(RuleType)
        /// `{"kind":"required","field"}`
        case required
        /// `{"kind":"enum","field","values":[…]}`
        case oneOf([JSONValue])
        /// `{"kind":"regex","field","pattern"}`: ECMA-262; some part of the string must match
        case regex(String)
        /// `{"kind":"unique","field","window_seconds"?,"max_keys"?}`: no other record within the window has the value
        case unique(KeyLimits)
        /// `{"kind":"range","field","min"?,"max"?}`, limits included
        case range(min: JSONNumber?, max: JSONNumber?)
        /// `{"kind":"cel","expression","field"?,"message"?}`: must be true of the record
        case expression(CELProgram, message: String?)
    }

    /// nil only for an expression about the whole record.
    public var field: FieldPath?
    public var demand: Demand

    public init(field: FieldPath?, demand: Demand) {
        self.field = field
        self.demand = demand
    }

    /// The rule's name in a definition and in the quarantine.
    public var kind: String {
        switch demand {
        case .type: "type"
        case .required: "required"
        case .oneOf: "enum"
        case .regex: "regex"
        case .unique: "unique"
        case .range: "range"
        case .expression: "cel"
        }
    }
}
