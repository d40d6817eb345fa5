/// JSON Pointers (RFC 6901) as text.
enum SchemaPointer {
    /// A key as one token.
    static func escaped(_ key: String) -> String {
        guard key.utf8.contains(where: { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") }) else { return key }
        var token = ""
        for scalar in key.unicodeScalars {
            switch scalar {
            case "~": token += "~0"
            case "/": token += "~1"
            default: token.unicodeScalars.append(scalar)
            }
        }
        return token
    }

    /// The keys of a pointer that is empty or starts with a slash; nil when an escape is malformed.
    static func tokens(_ pointer: String) -> [String]? {
        guard !pointer.isEmpty else { return [] }
        var tokens: [String] = []
        for token in pointer.unicodeScalars.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            var key = ""
            var scalars = token.makeIterator()
            while let scalar = scalars.next() {
                guard scalar == "~" else {
                    key.unicodeScalars.append(scalar)
                    continue
                }
                switch scalars.next() {
                case "0": key += "~"
                case "1": key += "/"
                default: return nil
                }
            }
            tokens.append(key)
        }
        return tokens
    }
}
