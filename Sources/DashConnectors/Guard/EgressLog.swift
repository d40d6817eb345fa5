import DashModel
import DashPipeline
import Logging

/// One line and one count for each attempt to reach somebody outside: who, where to, how it ended; never a path, a query
/// or a credential.
struct EgressLog: Sendable {
    private let counters: [EgressOutcome: Counter]
    private let logger: Logger

    init(metrics: MetricsRegistry, logger: Logger) {
        counters = Dictionary(
            uniqueKeysWithValues: EgressOutcome.allCases.map { outcome in
                let labels = [("outcome", outcome.rawValue)]
                return (
                    outcome,
                    metrics.counter("dash_egress_requests_total", "Attempts to reach other servers.", labels: labels)
                )
            }
        )
        self.logger = logger
    }

    func note(
        _ outcome: EgressOutcome,
        host: String,
        port: Int,
        address: String?,
        origin: EgressOrigin?,
        reason: String? = nil
    ) {
        counters[outcome]?.add(1)
        var metadata: Logger.Metadata = ["host": "\(host)", "port": "\(port)", "outcome": "\(outcome.rawValue)"]
        if let address { metadata["address"] = "\(address)" }
        if let reason { metadata["reason"] = "\(reason)" }
        if let origin {
            metadata["team"] = "\(origin.team.text)"
            metadata["pipeline"] = "\(origin.pipeline.text)"
        }
        logger.log(level: outcome == .refused ? .warning : .info, "egress", metadata: metadata)
    }
}
