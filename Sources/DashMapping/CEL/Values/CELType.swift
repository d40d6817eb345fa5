/// The types of the language, by their names in expressions.
public enum CELType: String, Sendable, Hashable, CaseIterable {
    case null = "null_type"
    case bool, int, uint, double, string, bytes, list, map, type
    case timestamp = "google.protobuf.Timestamp"
    case duration = "google.protobuf.Duration"
    case optional = "optional_type"

    /// For messages: "a string".
    var phrase: String {
        switch self {
        case .null: "null"
        case .bool: "a bool"
        case .int: "an int"
        case .uint: "a uint"
        case .double: "a double"
        case .string: "a string"
        case .bytes: "bytes"
        case .list: "a list"
        case .map: "a map"
        case .type: "a type"
        case .timestamp: "a timestamp"
        case .duration: "a duration"
        case .optional: "an optional"
        }
    }

    var isNumber: Bool { self == .int || self == .uint || self == .double }
}
