import DashJSON

/// The types that `type` allows, as bits.
struct SchemaTypes: OptionSet, Sendable {
    let rawValue: UInt8

    static let null = SchemaTypes(rawValue: 1)
    static let boolean = SchemaTypes(rawValue: 2)
    static let number = SchemaTypes(rawValue: 4)
    static let string = SchemaTypes(rawValue: 8)
    static let array = SchemaTypes(rawValue: 16)
    static let object = SchemaTypes(rawValue: 32)
    static let integer = SchemaTypes(rawValue: 64)

    static let names = ["null", "boolean", "number", "integer", "string", "array", "object"]

    init(rawValue: UInt8) { self.rawValue = rawValue }

    init?(name: String) {
        switch name {
        case "null": self = .null
        case "boolean": self = .boolean
        case "number": self = .number
        case "integer": self = .integer
        case "string": self = .string
        case "array": self = .array
        case "object": self = .object
        default: return nil
        }
    }

    /// The bit of a value's form; a form's raw value is its bit's number.
    @inline(__always)
    init(_ kind: JSONKind) { self.init(rawValue: 1 &<< kind.rawValue) }

    /// For messages: "a string or null".
    var phrase: String {
        var phrases: [String] = []
        if contains(.object) { phrases.append("an object") }
        if contains(.array) { phrases.append("an array") }
        if contains(.string) { phrases.append("a string") }
        if contains(.number) { phrases.append("a number") }
        if contains(.integer), !contains(.number) { phrases.append("an integer") }
        if contains(.boolean) { phrases.append("a boolean") }
        if contains(.null) { phrases.append("null") }
        guard let last = phrases.last, phrases.count > 1 else { return phrases.first ?? "nothing" }
        return phrases.dropLast().joined(separator: ", ") + " or \(last)"
    }
}
