import DashJSON

/// JSON for people: indented by two spaces.
enum JSONText {
    static func pretty(_ value: JSONValue) -> String { lines(value, "") }

    /// A record's bytes, indented; as they are when they can't be read.
    static func pretty(_ bytes: some Collection<UInt8>) -> String {
        guard let value = try? JSONValue(parsing: Array(bytes)) else { return String(decoding: bytes, as: UTF8.self) }
        return pretty(value)
    }

    private static func lines(_ value: JSONValue, _ indent: String) -> String {
        let inner = indent + "  "
        switch value {
        case .object(let object) where !object.isEmpty:
            let members = object.members.map { inner + JSONValue.string($0.key).text + ": " + lines($0.value, inner) }
            return "{\n" + members.joined(separator: ",\n") + "\n" + indent + "}"
        case .array(let elements) where !elements.isEmpty:
            return "[\n" + elements.map { inner + lines($0, inner) }.joined(separator: ",\n") + "\n" + indent + "]"
        default: return value.text
        }
    }
}
