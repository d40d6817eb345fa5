/// E-mail addresses as Dash compares them: trimmed and in lower case.
enum EmailAddress {
    /// nil when it can't be an address. Only mail that arrives proves one, so the check is a coarse one.
    static func normalized(_ text: String) -> String? {
        var rest = Substring(text)
        while rest.first?.isWhitespace == true { rest.removeFirst() }
        while rest.last?.isWhitespace == true { rest.removeLast() }
        let address = rest.lowercased()
        let parts = address.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, (1...64).contains(parts[0].utf8.count), (3...190).contains(parts[1].utf8.count),
            parts[1].contains("."), !parts[1].hasPrefix("."), !parts[1].hasSuffix("."), !parts[1].contains(".."),
            address.unicodeScalars.allSatisfy({
                $0.value > 32 && $0.value != 127 && !"<>()[],;:\\\"".unicodeScalars.contains($0)
            })
        else { return nil }
        return address
    }
}
