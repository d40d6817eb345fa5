import DashJSON

/// A place in a record: `reading.value` or `$.reading.value`, with `items[0]` or `items.0` for an array's element.
struct RecordField: Sendable, Hashable {
    private let parts: [String]

    init(_ text: String) {
        let path = text.hasPrefix("$.") ? text.dropFirst(2) : text.hasPrefix("$") ? text.dropFirst() : text[...]
        parts = path.split { $0 == "." || $0 == "[" || $0 == "]" }.map(String.init)
    }

    /// nil for what the record does not have.
    func value(in record: JSONValue) -> JSONValue? {
        var value = record
        for part in parts {
            if let elements = value.arrayValue, let index = Int(part), elements.indices.contains(index) {
                value = elements[index]
            } else if let member = value[part] {
                value = member
            } else {
                return nil
            }
        }
        return value
    }
}

extension JSONValue {
    /// A text as it is, anything else as JSON; empty for null.
    var plainText: String { isNull ? "" : stringValue ?? text }
}
