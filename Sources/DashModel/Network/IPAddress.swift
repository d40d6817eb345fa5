#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// An IP address as 16 bytes; IPv4 is held as the IPv6 address that maps it, so that both spellings compare equal.
public struct IPAddress: Sendable, Hashable {
    public let bytes: [UInt8]

    private static let mappedPrefix: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]

    init(bytes: [UInt8]) { self.bytes = bytes }

    /// Reads dotted IPv4 and every form of IPv6; nil for anything else, host names among it.
    public init?(text: String) {
        var four = [UInt8](repeating: 0, count: 4)
        var sixteen = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, text, &four) == 1 {
            bytes = Self.mappedPrefix + four
        } else if inet_pton(AF_INET6, text, &sixteen) == 1 {
            bytes = sixteen
        } else {
            return nil
        }
    }

    /// The usual spelling: dotted for IPv4, the shortest for IPv6 (RFC 5952).
    public var text: String {
        if isIPv4 { return bytes.suffix(4).map { "\($0)" }.joined(separator: ".") }
        var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard inet_ntop(AF_INET6, bytes, &buffer, socklen_t(buffer.count)) != nil else { return "" }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    public var isIPv4: Bool { bytes.starts(with: Self.mappedPrefix) }
}
