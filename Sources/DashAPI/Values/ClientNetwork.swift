import Glibc

/// Whom an address stands for when attempts are counted: itself, or of IPv6 its /64, of which one person has all.
enum ClientNetwork {
    static func text(of address: String?) -> String {
        guard let address else { return "?" }
        guard let bytes = bytes(of: address) else { return String(address.prefix(64)) }
        if bytes.prefix(10).allSatisfy({ $0 == 0 }), bytes[10] == 255, bytes[11] == 255 {
            return bytes.suffix(4).map { "\($0)" }.joined(separator: ".")
        }
        return SecretToken.hex(Array(bytes.prefix(8))) + "/64"
    }

    /// The /48 of an IPv6 address, which is what a provider gives to one customer; nil for IPv4.
    static func site(of address: String?) -> String? {
        guard let address, text(of: address).hasSuffix("/64"), let bytes = bytes(of: address) else { return nil }
        return SecretToken.hex(Array(bytes.prefix(6))) + "/48"
    }

    /// What one owner is likely to have all of: of IPv6 the /48, of IPv4 the /24.
    static func network(of address: String?) -> String {
        if let site = site(of: address) { return site }
        let text = text(of: address)
        var bytes = [UInt8](repeating: 0, count: 4)
        guard inet_pton(AF_INET, text, &bytes) == 1 else { return text }
        return bytes.prefix(3).map { "\($0)" }.joined(separator: ".") + ".0/24"
    }

    private static func bytes(of address: String) -> [UInt8]? {
        guard address.contains(":") else { return nil }
        var bytes = [UInt8](repeating: 0, count: 16)
        return inet_pton(AF_INET6, address, &bytes) == 1 ? bytes : nil
    }
}
