import DashAPI
import DashModel
import DashPipeline
import NIOCore

/// The connections of a server: how many there may be, of whom, and what became of the slow ones.
final class Connections: Sendable {
    typealias Place = Caps.Place

    let times: ConnectionTimes
    private let border: Border
    private let proxies: TrustedProxies
    private let ended: [ConnectionState.Overdue: Counter]

    init(border: Border, times: ConnectionTimes, proxies: TrustedProxies, metrics: MetricsRegistry) {
        self.border = border
        self.times = times
        self.proxies = proxies
        ended = Dictionary(
            ConnectionState.Overdue.allCases.map { reason in
                let counter = metrics.counter(
                    "dash_connections_timed_out_total",
                    "Connections that were closed because their peer kept the server waiting, by what it waited for.",
                    labels: [("for", reason.rawValue)]
                )
                return (reason, counter)
            },
            uniquingKeysWith: { first, _ in first }
        )
        metrics.reading("dash_connections", "Open connections of clients.") {
            Double(border.caps.count(of: Self.kind, .node))
        }
    }

    /// Takes one more in. Throws `.unavailable` when there are too many, `.rateLimited` when there are of the peer. A proxy
    /// stands for many, who are not told apart before they ask.
    func enter(_ peer: SocketAddress?) throws(DashError) -> Place {
        var caps = [Cap(Self.kind, of: .node, limit: border.limits.connections)]
        if let address = peer?.ipAddress, IPAddress(text: address).map({ !proxies.contains($0) }) ?? true {
            caps.append(Cap(Self.kind, of: .client(address), limit: border.limits.addressConnections))
        }
        return try border.caps.enter(caps)
    }

    func count(_ overdue: ConnectionState.Overdue) { ended[overdue]?.add(1) }

    private static let kind = "connections"
}
