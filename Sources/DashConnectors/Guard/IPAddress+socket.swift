import DashModel
import NIOCore

extension IPAddress {
    /// nil for an address that is not IP.
    init?(_ address: SocketAddress) {
        // A link-local address may carry its interface behind a percent sign.
        guard let text = address.ipAddress?.split(separator: "%").first else { return nil }
        self.init(text: String(text))
    }
}
