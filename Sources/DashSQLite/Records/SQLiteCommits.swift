import DashModel
import DashStorage
import FoundationEssentials

/// Saving transactions of the embedded engine.
struct SQLiteCommits: CommitStore {
    let database: SQLiteDatabase
    let clock: any WallClock

    /// There is one writer.
    var concurrentCommits: Int { 1 }

    func commit(_ group: [BatchCommit]) async throws -> [CommitOutcome] {
        guard !group.isEmpty else { return [] }
        let now = clock.now
        return try await database.writeConnection { connection in
            var transaction = GroupCommit(connection: connection, now: now)
            return try transaction.run(group)
        }
    }

    func ledger(of pipeline: UUID) async throws -> Ledger {
        try await database.read { try RecordStatements.ledger(of: pipeline, on: $0) }
    }
}
