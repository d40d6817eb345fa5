import DashModel
import DashPostgres
import Logging
import ServiceLifecycle

/// What the nodes' database needs from time to time: the table of records, and leases that nobody has held for long.
struct DatabaseUpkeep: Service {
    let maintenance: RecordMaintenance
    let lease: PostgresLease
    let clock: any WallClock
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var minute = 0
            while !Task.isCancelled {
                await attempt("records") { try await maintenance.run(now: clock.now) }
                if minute % 60 == 0 { await attempt("leases") { _ = try await lease.prune() } }
                minute += 1
                try? await ContinuousClock().sleep(for: .seconds(60))
            }
        }
    }

    private func attempt(_ what: String, _ body: () async throws -> Void) async {
        do {
            try await body()
        } catch is CancellationError {
        } catch {
            logger.warning("the database's upkeep failed", metadata: ["of": "\(what)", "error": "\(error)"])
        }
    }
}
