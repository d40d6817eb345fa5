import DashJobs
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
        await withDiscardingTaskGroup { group in
            group.addTask { await records.run { try await maintenance.run(now: clock.now) } }
            group.addTask { await leases.run { _ = try await lease.prune() } }
        }
    }

    private var records: Upkeep {
        Upkeep(interval: .seconds(60), failure: "the table of records was not looked after", logger: logger)
    }

    private var leases: Upkeep {
        Upkeep(interval: .seconds(3_600), failure: "leases of long ago were not removed", logger: logger)
    }
}
