import DashModel
import DashStorage
import FoundationEssentials

/// Saving transactions on PostgreSQL.
struct PostgresCommits: CommitStore {
    let database: PostgresDatabase
    let posting: CommitPosting
    let clock: any WallClock

    /// More gain nothing: the server is busy with two, and each group gets smaller.
    var concurrentCommits: Int { 2 }

    func commit(_ group: [BatchCommit]) async throws -> [CommitOutcome] {
        guard !group.isEmpty else { return [] }
        let now = clock.now
        let (outcomes, note) = try await database.writeConnection { [log = posting.log] connection in
            try GroupCommit(connection: connection, log: log, now: now).run(group)
        }
        if let note { posting.log.committed(note) }
        return outcomes
    }

    func ledger(of pipeline: UUID) async throws -> Ledger {
        try await posting.post(.all)
        return try await database.read { try RecordStatements.ledger(of: pipeline, on: $0) }
    }
}
