public import DashModel

/// Peers that are believed when they say for whom they ask.
public struct TrustedProxies: Sendable, Hashable {
    private let ranges: [AddressRange]

    /// Without a list: proxies on this machine.
    public init(_ ranges: [AddressRange] = TrustedProxies.loopback) { self.ranges = ranges }

    public static let loopback = ["127.0.0.0/8", "::1"].compactMap { AddressRange($0) }

    public func contains(_ address: IPAddress) -> Bool { ranges.contains { $0.contains(address) } }

    /// The client's address: the peer's, or behind trusted proxies the last one that is none of them. What stands further
    /// left the client may have written itself.
    public func client(peer: String?, forwarded: String?, forwardedFor: String?) -> String? {
        guard let peer, var address = IPAddress(text: peer) else { return peer }
        var hops = forwarded.map(Self.forwarded) ?? Self.list(forwardedFor ?? "")
        while contains(address), let hop = hops.popLast() {
            guard let next = IPAddress(text: Self.bare(hop)) else { break }
            address = next
        }
        return address.text
    }

    /// The `for` of each element of a `Forwarded` header (RFC 7239).
    private static func forwarded(_ header: String) -> [String] {
        list(header).map { element in
            let pairs = element.split(separator: ";").map { $0.drop { $0 == " " || $0 == "\t" } }
            let value = pairs.first { $0.lowercased().hasPrefix("for=") }?.dropFirst(4) ?? ""
            return String(value)
        }
    }

    /// The elements of a list; within quotes a comma divides nothing, but no address has one.
    private static func list(_ header: String) -> [String] {
        header.split(separator: ",", omittingEmptySubsequences: false).map { element in
            let text = element.drop { $0 == " " || $0 == "\t" }
            return String(text.prefix(200).reversed().drop { $0 == " " || $0 == "\t" }.reversed())
        }
    }

    /// Without quotes, brackets and port.
    private static func bare(_ hop: String) -> String {
        var text = hop[...]
        if text.first == "\"" { text = text.dropFirst().prefix { $0 != "\"" } }
        if text.first == "[" { return String(text.dropFirst().prefix { $0 != "]" }) }
        return String(text.count { $0 == ":" } == 1 ? text.prefix { $0 != ":" } : text)
    }
}
