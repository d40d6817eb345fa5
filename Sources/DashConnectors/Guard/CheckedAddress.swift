public import DashModel
public import NIOCore

/// An address that a tenant's host had when it was looked up, and that may be reached. Connect to it, not to the host:
/// a second look-up could give another.
public struct CheckedAddress: Sendable, Hashable {
    /// As the tenant wrote it, for TLS (SNI, the certificate's name) and the Host header.
    public let host: String
    public let address: IPAddress
    public let port: Int
    /// Ready to connect to.
    public let socketAddress: SocketAddress

    /// The address without its port: `192.0.2.1`, `2001:db8::1`.
    public var text: String { socketAddress.ipAddress ?? "" }
}
