/// A range of IP addresses in CIDR form. IPv4 ranges are held as the IPv6 addresses that map them.
public struct AddressRange: Sendable, Hashable {
    private let prefix: IPAddress
    private let bits: Int

    /// `10.0.0.0/8`, `fd00::/8`, or a single address; nil for anything else.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let address = IPAddress(text: String(parts[0])) else { return nil }
        let width = address.isIPv4 ? 32 : 128
        var length = width
        if parts.count == 2 {
            guard let given = Int(parts[1]), (0...width).contains(given) else { return nil }
            length = given
        }
        prefix = address
        bits = length + 128 - width
    }

    public func contains(_ address: IPAddress) -> Bool {
        let whole = bits / 8
        guard prefix.bytes[..<whole] == address.bytes[..<whole] else { return false }
        let rest = bits % 8
        guard rest > 0 else { return true }
        let mask = UInt8(truncatingIfNeeded: 0xFF00 >> rest)
        return prefix.bytes[whole] & mask == address.bytes[whole] & mask
    }
}
