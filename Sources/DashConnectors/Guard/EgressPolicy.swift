public import DashModel

/// Which addresses tenants' sources and sinks may reach: public ones, and the ranges that the operator allows.
public struct EgressPolicy: Sendable {
    private let allowed: [AddressRange]

    public init(allowing ranges: [AddressRange] = []) { allowed = ranges }

    /// What is not the public internet, and how a person calls it (IANA special-purpose registries, RFC 6890).
    private static let special: [(range: AddressRange, name: String)] = [
        ("0.0.0.0/8", "an unspecified"), ("10.0.0.0/8", "a private"), ("100.64.0.0/10", "a carrier-private"),
        ("127.0.0.0/8", "a loopback"), ("169.254.0.0/16", "a link-local or metadata"), ("172.16.0.0/12", "a private"),
        ("192.0.0.0/24", "a reserved"), ("192.0.2.0/24", "a documentation"), ("192.88.99.0/24", "a reserved"),
        ("192.168.0.0/16", "a private"), ("198.18.0.0/15", "a benchmarking"), ("198.51.100.0/24", "a documentation"),
        ("203.0.113.0/24", "a documentation"), ("224.0.0.0/4", "a multicast"), ("240.0.0.0/4", "a reserved"),
        ("::/128", "an unspecified"), ("::1/128", "a loopback"),
        ("::/96", "an IPv4-compatible"), ("::ffff:0:0:0/96", "a translated (SIIT)"),
        ("64:ff9b::/96", "a translated (NAT64)"), ("64:ff9b:1::/48", "a translated (NAT64)"),
        ("100::/64", "a discard-only"), ("2001::/32", "a tunnelled (Teredo)"), ("2001::/23", "a reserved"),
        ("2001:db8::/32", "a documentation"),
        ("2002::/16", "a tunnelled (6to4)"), ("3fff::/20", "a documentation"), ("fc00::/7", "a private"),
        ("fe80::/10", "a link-local"),
        ("fec0::/10", "a site-local"), ("ff00::/8", "a multicast"),
    ].compactMap { text, name in AddressRange(text).map { ($0, name) } }

    /// All of IPv6 that is given out to the public internet; the rest is reserved (RFC 4291 §2.4).
    private static let globalUnicast = AddressRange("2000::/3")

    /// Throws `DashError` `.forbidden` when one of a host's addresses may not be reached.
    public func check(_ addresses: [IPAddress], host: String) throws {
        for address in addresses where !allowed.contains(where: { $0.contains(address) }) {
            guard let name = Self.special(address) else { continue }
            let shown = host == address.text ? host : "\(host) (\(address.text))"
            throw DashError(
                .forbidden,
                "\(shown) is \(name) address. Only public addresses may be reached, and those the operator lists in "
                    + "DASH_EGRESS_ALLOW."
            )
        }
    }

    /// What a person calls an address that is not public.
    private static func special(_ address: IPAddress) -> String? {
        if let match = special.first(where: { $0.range.contains(address) }) { return match.name }
        return address.isIPv4 || globalUnicast?.contains(address) == true ? nil : "a reserved"
    }
}
