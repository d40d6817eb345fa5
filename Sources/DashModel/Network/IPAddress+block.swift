extension IPAddress {
    /// What stands for one holder of addresses: an IPv4 address itself, of IPv6 its /64, which a single line is given.
    public var block: IPAddress {
        isIPv4 ? self : IPAddress(bytes: Array(bytes.prefix(8)) + Array(repeating: 0, count: 8))
    }
}
