/// Query parameters of an URL. What somebody else wrote is kept to the letter, as only its author knows what its plus
/// signs, commas and escapes mean; what is added is encoded.
enum HTTPQuery {
    /// The URL with the parameters instead of those it has under the same names.
    static func replacing(_ parameters: [(name: String, value: String)], in url: String) -> String {
        guard !parameters.isEmpty else { return url }
        let (address, fragment) = split(url, at: "#")
        let (path, query) = split(address, at: "?")
        let kept = query.dropFirst().split(separator: "&", omittingEmptySubsequences: false).filter { pair in
            let name = decoded(pair.prefix { $0 != "=" })
            return !parameters.contains { $0.name == name }
        }
        let rest = kept.joined(separator: "&")
        return adding(parameters, to: path + (rest.isEmpty ? "" : "?" + rest) + fragment)
    }

    /// The URL with the parameters behind those it has.
    static func adding(_ parameters: [(name: String, value: String)], to url: String) -> String {
        guard !parameters.isEmpty else { return url }
        let (address, fragment) = split(url, at: "#")
        let added = parameters.map { PercentEncoding.encoded($0.name) + "=" + PercentEncoding.encoded($0.value) }
        let separator = !address.contains("?") ? "?" : address.hasSuffix("?") || address.hasSuffix("&") ? "" : "&"
        return address + separator + added.joined(separator: "&") + fragment
    }

    /// What is in front of the first mark, and the rest with it.
    private static func split(_ text: some StringProtocol, at mark: Character) -> (String, String) {
        let head = text.prefix { $0 != mark }
        return (String(head), String(text[head.endIndex...]))
    }

    private static func decoded(_ text: some StringProtocol) -> String {
        PercentEncoding.decoded(String(text.map { $0 == "+" ? " " : $0 }))
    }
}
