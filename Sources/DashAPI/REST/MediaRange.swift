/// One element of an `Accept` header, or a `Content-Type`: `application/vnd.api+json; profile="a b"; q=0.5`.
struct MediaRange: Sendable, Hashable {
    /// In lower case.
    var type: String
    /// Names in lower case, values without their quotes; `q` is not among them.
    var parameters: [String: String]
    /// How welcome it is: 0 means not at all.
    var quality: Double

    init(_ text: some StringProtocol) {
        let pieces = Self.split(text, at: ";").map(Self.trimmed)
        type = pieces.first?.lowercased() ?? ""
        parameters = [:]
        quality = 1
        for piece in pieces.dropFirst() where !piece.isEmpty {
            let sides = piece.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = Self.trimmed(String(sides[0])).lowercased()
            let value = sides.count > 1 ? Self.unquoted(Self.trimmed(String(sides[1]))) : ""
            if name == "q" {
                quality = Double(value).flatMap { (0...1).contains($0) ? $0 : nil } ?? 1
            } else {
                parameters[name] = value
            }
        }
    }

    /// The elements of a whole header.
    static func list(_ text: String) -> [MediaRange] {
        split(text, at: ",").filter { !trimmed($0).isEmpty }.map { MediaRange($0) }
    }

    /// The parts between separators that stand in no quotes.
    private static func split(_ text: some StringProtocol, at separator: Character) -> [String] {
        var parts = [""]
        var isQuoted = false
        var isEscaped = false
        for character in text {
            if character == separator, !isQuoted {
                parts.append("")
                continue
            }
            if character == "\"", !isEscaped { isQuoted.toggle() }
            isEscaped = isQuoted && character == "\\" && !isEscaped
            parts[parts.count - 1].append(character)
        }
        return parts
    }

    private static func unquoted(_ text: String) -> String {
        guard text.count >= 2, text.hasPrefix("\""), text.hasSuffix("\"") else { return text }
        var value = ""
        var isEscaped = false
        for character in text.dropFirst().dropLast() {
            if character == "\\", !isEscaped {
                isEscaped = true
            } else {
                value.append(character)
                isEscaped = false
            }
        }
        return value
    }

    private static func trimmed(_ text: String) -> String {
        var text = text[...].drop(while: \.isWhitespace)
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
