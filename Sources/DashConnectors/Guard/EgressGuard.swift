public import DashModel
public import DashPipeline
import FoundationEssentials
public import Logging
import NIOCore

/// What stands between tenants' settings and the network: every source and sink, whatever it speaks, asks here for the
/// addresses of a host and connects to one of those.
public final class EgressGuard: Sendable {
    private let policy: EgressPolicy
    private let resolver: any HostResolving
    private let log: EgressLog

    public init(
        policy: EgressPolicy,
        resolver: any HostResolving = HostResolver(),
        metrics: MetricsRegistry = MetricsRegistry(),
        logger: Logger
    ) {
        self.policy = policy
        self.resolver = resolver
        log = EgressLog(metrics: metrics, logger: logger)
    }

    /// Looks a host up once and checks every address it has; the one to try first comes first, and there is at least one.
    /// Throws `DashError`: `.forbidden` when one of them may not be reached, `.unavailable` when there is none,
    /// `.invalid` when the host or port is none.
    public func resolve(host: String, port: Int, for origin: EgressOrigin? = nil) async throws -> [CheckedAddress] {
        do {
            return try await lookUp(host, port, for: origin?.team)
        } catch let error as DashError {
            let outcome: EgressOutcome =
                error.code == .unavailable || error.code == .rateLimited ? .unresolved : .refused
            let shown = String(host.prefix(253))
            log.note(outcome, host: shown, port: port, address: nil, origin: origin, reason: error.message)
            throw error
        }
    }

    /// Checks an address that came another way than by `resolve`: what a broker or cluster says its members are.
    /// Throws `DashError` `.forbidden`.
    public func check(_ address: IPAddress, host: String, for origin: EgressOrigin? = nil) throws {
        do {
            try policy.check([address], host: host)
        } catch let error as DashError {
            log.note(.refused, host: host, port: 0, address: address.text, origin: origin, reason: error.message)
            throw error
        }
    }

    /// Writes the egress log: call it once for each connection or exchange with what `resolve` gave.
    public func note(
        _ outcome: EgressOutcome,
        _ address: CheckedAddress,
        for origin: EgressOrigin? = nil,
        reason: String? = nil
    ) {
        log.note(
            outcome,
            host: address.host,
            port: address.port,
            address: address.text,
            origin: origin,
            reason: reason
        )
    }

    private func lookUp(_ host: String, _ port: Int, for team: UUID?) async throws -> [CheckedAddress] {
        guard (1...65_535).contains(port) else { throw DashError(.invalid, "The port must be from 1 to 65535.") }
        let name = try HostName(host)
        let found =
            if let literal = name.address {
                [try SocketAddress(ipAddress: literal.text, port: port)]
            } else {
                try await resolver.addresses(of: name.text, for: team)
            }
        var checked: [CheckedAddress] = []
        for var socketAddress in found {
            guard let address = IPAddress(socketAddress) else { continue }
            // One bad address among good ones is how names are prepared for tricks: the whole host is refused.
            try policy.check([address], host: name.text)
            socketAddress.port = port
            checked.append(
                CheckedAddress(host: name.text, address: address, port: port, socketAddress: socketAddress)
            )
        }
        guard !checked.isEmpty else { throw DashError(.unavailable, "The host name \(name.text) has no address.") }
        return checked
    }
}
