import DashModel
import NIOCore

/// Finds the address that a sink which speaks no HTTP may connect to: the one place where all of them ask.
struct SinkEgress: Sendable {
    let policy: EgressPolicy
    private let resolver = HostResolver()

    init(policy: EgressPolicy) { self.policy = policy }

    /// The checked address to connect to. Throws `DashError` `.forbidden` for one that may not be reached and
    /// `.unavailable` for a name without address.
    func address(of host: String, port: Int) async throws -> String {
        let found = try await resolver.addresses(of: host)
        try policy.check(found.compactMap(IPAddress.init), host: host)
        guard let address = found.first?.ipAddress else {
            throw DashError(.unavailable, "The host name \(host) has no address.")
        }
        return address
    }
}
