import DashPostgres
import Logging
import ServiceLifecycle

/// Forgets leases that nobody has held for long.
struct LeasePruning: Service {
    let lease: PostgresLease
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do {
                    try await lease.prune()
                } catch {
                    logger.warning("old leases were not removed", metadata: ["error": "\(error)"])
                }
                try? await ContinuousClock().sleep(for: .seconds(3_600))
            }
        }
    }
}
