import Foundation

/// A request's query parameters in their order, names and values decoded.
struct QueryString: Sendable {
    private(set) var items: [(name: String, value: String)] = []

    /// Throws for a parameter that comes twice or can't be decoded.
    init(_ text: String?) throws {
        for pair in (text ?? "").split(separator: "&") {
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Self.decoded(sides[0]), let value = Self.decoded(sides.count > 1 ? sides[1] : "") else {
                throw RESTError.parameter(String(sides[0]), "The parameter is not percent-encoded as it should be.")
            }
            guard !items.contains(where: { $0.name == name }) else {
                throw RESTError.parameter(name, "The parameter may be given once only.")
            }
            items.append((name, value))
        }
    }

    subscript(_ name: String) -> String? { items.first { $0.name == name }?.value }

    /// The same query without some parameters and perhaps with another one, encoded, for links to other pages.
    func encoded(without names: [String], adding item: (name: String, value: String)?) -> String {
        (items.filter { !names.contains($0.name) } + [item].compactMap { $0 })
            .map { Self.encoded($0.name) + "=" + Self.encoded($0.value) }
            .joined(separator: "&")
    }

    /// The parts of `filter[name][like]`: `filter`, `name`, `like`. nil when brackets don't match.
    static func parts(of name: String) -> [String]? {
        guard let open = name.firstIndex(of: "[") else { return [name] }
        guard name.hasSuffix("]") else { return nil }
        let inner = name[name.index(after: open)...].dropLast().split(separator: "][", omittingEmptySubsequences: false)
        let parts = [String(name[..<open])] + inner.map { String($0) }
        return parts.allSatisfy { !$0.isEmpty && !$0.contains("[") && !$0.contains("]") } ? parts : nil
    }

    private static func decoded(_ text: Substring) -> String? {
        text.replacing("+", with: " ").removingPercentEncoding
    }

    private static func encoded(_ text: String) -> String {
        var out = ""
        for byte in text.utf8 {
            switch byte {
            case 48...57, 65...90, 97...122, 45, 46, 95, 126: out.unicodeScalars.append(Unicode.Scalar(byte))
            default: out += "%" + SecretToken.hex([byte]).uppercased()
            }
        }
        return out
    }
}
