/// Where a field stands in a record: its key, or the keys that lead to it.
///
/// Written with dots: `user.name` is `name` in the object `user`. `\.` is a dot that belongs to a key, `\\` a backslash.
public struct FieldPath: Sendable, Hashable {
    /// From the record inwards; never empty.
    public let keys: [String]

    /// Objects inside objects that a path may name.
    static let maxKeys = 32

    /// nil when a key is empty, a backslash escapes nothing, or the path is too long.
    public init?(_ text: String) {
        var keys: [String] = []
        var key = ""
        var escaped = false
        for character in text.unicodeScalars {
            if escaped {
                guard character == "." || character == "\\" else { return nil }
                key.unicodeScalars.append(character)
                escaped = false
            } else if character == "\\" {
                escaped = true
            } else if character == "." {
                keys.append(key)
                key = ""
            } else {
                key.unicodeScalars.append(character)
            }
        }
        keys.append(key)
        guard !escaped, keys.count <= Self.maxKeys,
            keys.allSatisfy({ !$0.isEmpty && !$0.unicodeScalars.contains("\0") })
        else { return nil }
        self.keys = keys
    }

    /// nil for no key, and for more than a path may have.
    init?(keys: [String]) {
        guard !keys.isEmpty, keys.count <= Self.maxKeys else { return nil }
        self.keys = keys
    }

    /// The path with its dots, as it is written in a definition.
    public var text: String { Self.text(of: keys) }

    static func text(of keys: [String]) -> String {
        keys.map { key in
            String(key.flatMap { $0 == "." || $0 == "\\" ? ["\\", $0] : [$0] })
        }.joined(separator: ".")
    }

    func isPrefix(of other: FieldPath) -> Bool { other.keys.starts(with: keys) }
}

extension FieldPath: CustomStringConvertible {
    public var description: String { text }
}
