import DashJSON

/// Where a value lies in a record: `user.name`, `items[0].id`, or a singular JSONPath such as `$['user']['name']`.
public struct RecordPath: Sendable, Hashable {
    public enum Step: Sendable, Hashable {
        case key(String)
        case index(Int)
    }

    public var steps: [Step]

    public init(steps: [Step]) { self.steps = steps }

    /// nil for anything that could name more than one value, or none.
    public init?(_ text: String) {
        var rest = Substring(text)
        steps = []
        let isJSONPath = rest.first == "$"
        if isJSONPath { rest.removeFirst() }
        var expectsKey = !isJSONPath
        while expectsKey || !rest.isEmpty {
            if expectsKey {
                let key = rest.prefix { $0 != "." && $0 != "[" }
                guard Self.isPlain(key) else { return nil }
                steps.append(.key(String(key)))
                rest = rest[key.endIndex...]
                expectsKey = false
            } else if rest.first == "." {
                rest.removeFirst()
                expectsKey = true
            } else if rest.first == "[" {
                rest.removeFirst()
                guard let step = Self.bracket(&rest) else { return nil }
                steps.append(step)
            } else {
                return nil
            }
        }
    }

    private static func isPlain(_ key: Substring) -> Bool {
        !key.isEmpty && key.unicodeScalars.allSatisfy { $0.value >= 32 && !"\"'*$]".unicodeScalars.contains($0) }
    }

    /// What stands between `[` and `]`, whose end it takes too.
    private static func bracket(_ rest: inout Substring) -> Step? {
        guard let quote = rest.first else { return nil }
        if quote == "'" || quote == "\"" {
            rest.removeFirst()
            guard let key = quotedKey(quote, &rest), rest.first == "]" else { return nil }
            rest.removeFirst()
            return .key(key)
        }
        let digits = rest.prefix { $0 != "]" }
        guard let index = Int(digits), index >= 0, digits.allSatisfy(\.isNumber) else { return nil }
        rest = rest[digits.endIndex...]
        guard rest.first == "]" else { return nil }
        rest.removeFirst()
        return .index(index)
    }

    /// What stands before the closing quote, which it takes too; escapes are those of JSON, and `\'` in single quotes.
    private static func quotedKey(_ quote: Character, _ rest: inout Substring) -> String? {
        var text = "\""
        while let character = rest.popFirst() {
            switch character {
            case quote: return (try? JSONValue(parsing: text + "\""))?.stringValue
            case "\\":
                guard let escaped = rest.popFirst(), escaped == quote || !"'\"".contains(escaped) else { return nil }
                text += escaped == "'" ? "'" : "\\\(escaped)"
            case "\"": text += "\\\""
            default: text.append(character)
            }
        }
        return nil
    }
}
