/// What form a JSON value has.
public enum JSONKind: UInt8, Sendable, Hashable {
    case null
    case bool
    case number
    case string
    case array
    case object
}

extension JSONKind: CustomStringConvertible {
    /// The form with its article, for messages: "a string".
    public var description: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}
