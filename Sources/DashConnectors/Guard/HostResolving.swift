public import FoundationEssentials
public import NIOCore

/// Turns a host name into its addresses.
public protocol HostResolving: Sendable {
    /// All addresses of a name, those to be tried first in front. `team`: for whom; nil for Dash itself. Throws `DashError`
    /// `.unavailable` when it has none or nobody says, `.rateLimited` when the team has too many look-ups already.
    func addresses(of host: String, for team: UUID?) async throws -> [SocketAddress]
}
