import DashModel
import DashStorage
import FoundationEssentials

/// Looked up as they are asked for: a statement costs SQLite next to nothing.
struct SQLiteCommitFacts: CommitFacts {
    let connection: SQLiteConnection
    let now: Timestamp

    func owner(of pipeline: UUID) throws -> UUID? {
        try connection.fetchOne("SELECT team_id FROM pipelines WHERE id = \(pipeline)")?.uuid(0)
    }

    func storage(of team: UUID) throws -> TeamStorage {
        let row = try connection.fetchOne("SELECT storage_limit_gb, storage_used_bytes FROM teams WHERE id = \(team)")
        return TeamStorage(limitGB: row?.int(0) ?? 0, used: row?.int(1) ?? 0)
    }

    func answer(to request: IdempotencyScope) throws -> CommitOutcome? {
        let row = try connection.fetchOne(
            """
            SELECT accepted, quarantined, duplicates FROM idempotency_keys \
            WHERE pipeline_id = \(request.pipeline) AND key = \(request.key) AND inserted_at > \(now - GroupCommit.memory)
            """
        )
        return row.map {
            .repeated(
                accepted: Int($0.int(0) ?? 0),
                quarantined: Int($0.int(1) ?? 0),
                duplicates: Int($0.int(2) ?? 0)
            )
        }
    }

    func holds(_ fence: Fence, of pipeline: UUID) throws -> Bool {
        try connection.fetch(fence.question(of: pipeline, in: connection.dialect)).count == fence.rows.count
    }
}
