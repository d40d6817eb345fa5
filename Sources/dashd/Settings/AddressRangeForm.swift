import NIOCore

/// Whether a text is an address range in CIDR form, or a single address.
enum AddressRangeForm {
    static func isValid(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let address = try? SocketAddress(ipAddress: String(parts[0]), port: 0) else {
            return false
        }
        guard parts.count == 2 else { return true }
        guard let bits = Int(parts[1]) else { return false }
        return (0...(address.protocol == .inet ? 32 : 128)).contains(bits)
    }
}
