public import NIOCore

/// Turns a host name into its addresses.
public protocol HostResolving: Sendable {
    /// All addresses of a name, those to be tried first in front. Throws `DashError` `.unavailable` when it has none.
    func addresses(of host: String) async throws -> [SocketAddress]
}
