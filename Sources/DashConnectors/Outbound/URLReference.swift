/// An address as another one names it (RFC 3986 §5.2): whole, or relative to the one it was found at. What was written is
/// not written anew.
enum URLReference {
    static func resolved(_ reference: String, against base: String) -> String {
        if hasScheme(reference) { return reference }
        let address = base.prefix { $0 != "#" }
        guard let scheme = address.firstRange(of: "://") else { return reference }
        if reference.hasPrefix("//") { return address[..<scheme.lowerBound] + ":" + reference }
        let authority = address[
            ..<(address[scheme.upperBound...].firstIndex { $0 == "/" || $0 == "?" } ?? address.endIndex)
        ]
        let path = address[authority.endIndex...].prefix { $0 != "?" }
        switch reference.first {
        case nil: return String(address)
        case "#": return address + reference
        case "?": return authority + path + reference
        case "/": return authority + withoutDots(reference)
        default:
            let folder = path.lastIndex(of: "/").map { path[...$0] } ?? "/"
            return authority + withoutDots(folder + reference)
        }
    }

    /// Letters, digits, `+`, `-` and `.` in front of a colon.
    private static func hasScheme(_ text: String) -> Bool {
        guard let colon = text.firstIndex(of: ":"), text.first?.isLetter == true else { return false }
        return text[..<colon].utf8.allSatisfy {
            (97...122).contains($0 | 32) || (48...57).contains($0) || $0 == 43 || $0 == 45 || $0 == 46
        }
    }

    /// The path, in front of any query, with its `.` and `..` followed.
    private static func withoutDots(_ reference: String) -> String {
        let path = reference.prefix { $0 != "?" && $0 != "#" }
        guard path.contains("/.") else { return reference }
        var parts: [Substring] = []
        let segments = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        for (index, segment) in segments.enumerated() {
            let isLast = index == segments.count - 1
            switch segment {
            case ".": if isLast { parts.append("") }
            case "..":
                _ = parts.popLast()
                if isLast { parts.append("") }
            default: parts.append(segment)
            }
        }
        return "/" + parts.joined(separator: "/") + reference[path.endIndex...]
    }
}
