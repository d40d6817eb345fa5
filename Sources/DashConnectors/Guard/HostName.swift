import DashModel

/// A host as a tenant writes it: a DNS name, or an IP address in its usual form. The other spellings that C libraries
/// read as addresses (`0x7f.1`, `2130706433`, `0177.0.0.1`) are refused, so that what is checked is what is meant.
struct HostName: Sendable, Hashable {
    /// Lower case, without brackets.
    let text: String
    /// The address itself, when the host is one.
    let address: IPAddress?

    /// Throws `DashError`: `.forbidden` for a hidden address, `.invalid` for what is no host.
    init(_ given: String) throws(DashError) {
        var host = given.lowercased()
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        text = host
        address = IPAddress(text: host)
        if address != nil { return }
        let shown = host.prefix(80)
        guard !host.isEmpty, host.utf8.count <= 253 else {
            throw DashError(.invalid, "A host name has 1 to 253 characters.")
        }
        if host.contains(":") || host.contains("%") {
            throw DashError(.forbidden, "The host \(shown) is not a plain address; interfaces can't be named.")
        }
        let name = host.hasSuffix(".") ? host.dropLast() : host[...]
        if let plain = Self.hiddenAddress(String(name)) {
            throw DashError(
                .forbidden,
                "The host \(shown) is an unusual spelling of the address \(plain). Write addresses in their usual form."
            )
        }
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        if Self.isNumber(labels.last ?? "") {
            throw DashError(.forbidden, "The host \(shown) ends like a number and is no address in its usual form.")
        }
        guard labels.allSatisfy(Self.isLabel) else {
            throw DashError(
                .invalid,
                "The host \(shown) is no host name: it may hold letters, digits, hyphens and dots; write others as xn--."
            )
        }
    }

    /// The dotted form of what `inet_aton` reads as an address: one to four decimal, octal or hexadecimal numbers, the
    /// last of which fills the bytes that are left.
    private static func hiddenAddress(_ text: String) -> String? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...4).contains(parts.count) else { return nil }
        var numbers = parts.compactMap(number)
        guard numbers.count == parts.count, let last = numbers.popLast(), numbers.allSatisfy({ $0 < 256 }) else {
            return nil
        }
        let rest = 4 - numbers.count
        guard last < UInt64(1) << (8 * UInt64(rest)) else { return nil }
        let tail = (0..<rest).map { last >> (8 * UInt64(rest - 1 - $0)) & 0xFF }
        return (numbers + tail).map { "\($0)" }.joined(separator: ".")
    }

    private static func number(_ part: Substring) -> UInt64? {
        if part.hasPrefix("0x") { return part.count == 2 ? 0 : UInt64(part.dropFirst(2), radix: 16) }
        guard part.allSatisfy({ "0"..."9" ~= $0 }) else { return nil }
        return UInt64(part, radix: part.count > 1 && part.hasPrefix("0") ? 8 : 10)
    }

    /// No top-level domain is a number; some readers would take such a host for an address all the same.
    private static func isNumber(_ label: Substring) -> Bool {
        if label.hasPrefix("0x") { return label.dropFirst(2).allSatisfy(\.isHexDigit) }
        return !label.isEmpty && label.allSatisfy { "0"..."9" ~= $0 }
    }

    private static func isLabel(_ label: Substring) -> Bool {
        (1...63).contains(label.utf8.count)
            && label.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 || $0 == 95 }
    }
}
