import DashModel
import DashStorage
import FoundationEssentials

/// Deletes what is over: whole days where it can.
struct PostgresExpiry: RecordSweeper {
    let database: PostgresDatabase
    let posting: CommitPosting
    let rollups: SQLRollupStore

    /// Dropping a day counts its rows, which may be more than the limit.
    func deleteExpired(now: Timestamp, limit: Int) async throws -> Int {
        let expired = ExpiredRecords(database: database)
        var left = max(0, limit)
        guard left > 0 else { return 0 }
        try await posting.post(.all)
        left -= try await expired.dropDays(now: now)
        guard left > 0 else { return limit - left }
        left -= try await expired.deleteRows(now: now, atMost: left)
        for (pipeline, team) in try await deletedPipelines() where left > 0 {
            left -= try await expired.delete(pipeline, of: team, where: "TRUE", atMost: left)
            guard left > 0 else { break }
            left -= try await forget(pipeline, atMost: left)
        }
        guard left > 0 else { return limit - left }
        left -= try await rollups.deleteExpired(now: now, limit: left)
        guard left > 0 else { return limit - left }
        left -= try await deleteOldKeys(now, atMost: left)
        return limit - left
    }

    private func deletedPipelines() async throws -> [(id: UUID, team: UUID)] {
        try await database.write { connection in
            try connection.fetch("SELECT pipeline_id, team_id FROM deleted_pipelines ORDER BY pipeline_id")
        }.compactMap { row in
            guard let id = row.uuid(0), let team = row.uuid(1) else { return nil }
            return (id, team)
        }
    }

    /// The keys of a pipeline that is gone, then all else that names it, then the note of it.
    private func forget(_ pipeline: UUID, atMost limit: Int) async throws -> Int {
        try await database.write { connection in
            let keys = try connection.execute(
                """
                DELETE FROM idempotency_keys WHERE id IN (SELECT id FROM idempotency_keys \
                WHERE pipeline_id = \(pipeline) LIMIT \(min(limit, ExpiredRecords.batch)))
                """
            )
            guard keys == 0 else { return keys }
            try connection.execute("DELETE FROM record_days WHERE pipeline_id = \(pipeline)")
            try HourlySums.delete(pipeline, on: connection)
            try connection.execute("DELETE FROM deleted_pipelines WHERE pipeline_id = \(pipeline)")
            return 0
        }
    }

    private func deleteOldKeys(_ now: Timestamp, atMost limit: Int) async throws -> Int {
        try await database.write { connection in
            try connection.execute(
                """
                DELETE FROM idempotency_keys WHERE id IN (SELECT id FROM idempotency_keys \
                WHERE inserted_at <= \(now - GroupCommit.memory) LIMIT \(min(limit, ExpiredRecords.batch)))
                """
            )
        }
    }
}
