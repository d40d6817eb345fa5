import DashJSON

/// A filter's value between its query and its form: `20`, `true`, `open`, `open, late` for a list.
enum WidgetFilterValue {
    /// `kind` is what the field is known to hold; text stays text there, even `007`.
    static func json(_ text: String, op: String, kind: String?) -> JSONValue {
        switch op {
        case "exists": .bool(text.isEmpty || text == "true" || text == "yes")
        case "in": .array(text.split(separator: ",").map { scalar(String($0).trimmingSpaces, kind) })
        default: scalar(text, kind)
        }
    }

    static func text(_ value: JSONValue) -> String {
        switch value {
        case .array(let values): values.map(word).joined(separator: ", ")
        default: word(value)
        }
    }

    private static func scalar(_ text: String, _ kind: String?) -> JSONValue {
        if text.hasPrefix("\""), let value = try? JSONValue(parsing: text), value.stringValue != nil { return value }
        if kind == "string" { return .string(text) }
        guard let value = try? JSONValue(parsing: text) else { return .string(text) }
        switch value {
        case .number, .bool, .null: return value
        case .string, .array, .object: return .string(text)
        }
    }

    /// Text that would read as something else is quoted.
    private static func word(_ value: JSONValue) -> String {
        guard case .string(let text) = value else { return value.isNull ? "null" : value.text }
        let isPlain = !text.isEmpty && text == text.trimmingSpaces && !text.hasPrefix("\"") && !text.contains(",")
        return isPlain && (try? JSONValue(parsing: text)) == nil ? text : value.text
    }
}
