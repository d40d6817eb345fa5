/// What a field is turned into.
public enum FieldType: String, Sendable, Hashable, CaseIterable {
    /// As it comes; `any` is another name for it.
    case json
    case string
    /// A number without fraction.
    case integer
    case number
    case boolean
    /// RFC 3339 text in UTC.
    case timestamp

    /// By the name in a definition.
    public init?(name: String) {
        if name == "any" {
            self = .json
            return
        }
        guard let type = FieldType(rawValue: name) else { return nil }
        self = type
    }

    /// With its article, for messages.
    var phrase: String {
        switch self {
        case .json: "a JSON value"
        case .string: "a string"
        case .integer: "an integer"
        case .number: "a number"
        case .boolean: "a boolean"
        case .timestamp: "a timestamp"
        }
    }
}
