import Glibc

/// Whom an address stands for when attempts are counted: itself, or of IPv6 its /64, of which one person has all.
enum ClientNetwork {
    static func text(of address: String?) -> String {
        guard let address else { return "?" }
        guard address.contains(":") else { return String(address.prefix(64)) }
        var bytes = [UInt8](repeating: 0, count: 16)
        guard inet_pton(AF_INET6, address, &bytes) == 1 else { return String(address.prefix(64)) }
        if bytes.prefix(10).allSatisfy({ $0 == 0 }), bytes[10] == 255, bytes[11] == 255 {
            return bytes.suffix(4).map { "\($0)" }.joined(separator: ".")
        }
        return SecretToken.hex(Array(bytes.prefix(8))) + "/64"
    }
}
