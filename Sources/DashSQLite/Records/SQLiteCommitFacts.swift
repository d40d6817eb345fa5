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

    func isHeld(_ lease: JobLease) throws -> Bool {
        try connection.fetchOne("SELECT 1 FROM jobs WHERE \(lease.condition)") != nil
    }

    func isPending(_ delivery: UUID, for pipeline: UUID) throws -> Bool {
        try connection.fetchOne(
            "SELECT 1 FROM deliveries WHERE id = \(delivery) AND status = 'pending' AND downstream_id = \(pipeline)"
        ) != nil
    }

    func position(of upload: UUID, into pipeline: UUID) throws -> Int64? {
        try connection.fetchOne(
            """
            SELECT position FROM uploads WHERE id = \(upload) AND pipeline_id = \(pipeline) \
            AND status IN ('queued', 'running')
            """
        )?.int(0)
    }

    func areQuarantined(_ records: [UUID], of pipeline: UUID) throws -> Bool {
        try records.allSatisfy { record in
            try connection.fetchOne(
                "SELECT 1 FROM quarantined_records WHERE id = \(record) AND pipeline_id = \(pipeline)"
            ) != nil
        }
    }
}
