/// What a `type` rule may ask for.
public enum RuleType: String, Sendable, Hashable, CaseIterable {
    case string, integer, number, boolean, timestamp, object, array

    var phrase: String {
        switch self {
        case .string: "a string"
        case .integer: "an integer"
        case .number: "a number"
        case .boolean: "a boolean"
        case .timestamp: "a timestamp"
        case .object: "an object"
        case .array: "an array"
        }
    }
}
