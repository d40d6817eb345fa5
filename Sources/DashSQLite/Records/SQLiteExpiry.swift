import DashModel
import DashStorage
import FoundationEssentials

/// Deletes what is over from the embedded engine's file, a little at a time.
struct SQLiteExpiry: RecordSweeper {
    let database: SQLiteDatabase
    let rollups: SQLRollupStore

    func deleteExpired(now: Timestamp, limit: Int) async throws -> Int {
        var left = max(0, limit)
        for pipeline in try await pipelinesWithExpired(now) {
            left -= try await delete(pipeline, atMost: left)
            guard left > 0 else { return limit }
        }
        for pipeline in try await deletedPipelines() {
            left -= try await delete(pipeline, atMost: left)
            guard left > 0 else { return limit }
            left -= try await forget(pipeline.id, atMost: left)
            guard left > 0 else { return limit }
        }
        left -= try await rollups.deleteExpired(now: now, limit: left)
        guard left > 0 else { return limit }
        left -= try await deleteOldKeys(now, atMost: left)
        if left == limit { await database.checkpoint() }
        return limit - left
    }

    /// Rows to delete: all of a deleted pipeline, or those before a moment and behind no delivery.
    private struct Doomed: Sendable {
        let id: UUID
        let team: UUID
        let condition: SQLStatement
    }

    /// How many rows go in one transaction, so that nobody waits long for the writer.
    private static let chunk = 2_000

    private func pipelinesWithExpired(_ now: Timestamp) async throws -> [Doomed] {
        try await database.read { connection in
            let rows = try connection.fetch(
                """
                SELECT id, team_id, retention_days FROM pipelines AS p \
                WHERE retention_days IS NOT NULL AND EXISTS (SELECT 1 FROM pipeline_data AS d \
                WHERE d.pipeline_id = p.id AND d.ingested_at < \(now) - p.retention_days * \(Retention.day))
                """
            )
            return rows.compactMap { row in
                guard let id = row.uuid(0), let team = row.uuid(1), let days = row.int(2) else { return nil }
                let cutoff = Retention.cutoff(days: days, now: now)
                return Doomed(
                    id: id,
                    team: team,
                    condition: """
                        ingested_at < \(cutoff) AND id < coalesce((SELECT min(first_record_id) FROM deliveries \
                        WHERE pipeline_id = \(id) AND status IN ('pending', 'dead')), \(Int64.max))
                        """
                )
            }
        }
    }

    private func deletedPipelines() async throws -> [Doomed] {
        try await database.read { connection in
            try connection.fetch("SELECT pipeline_id, team_id FROM deleted_pipelines").compactMap { row in
                guard let id = row.uuid(0), let team = row.uuid(1) else { return nil }
                return Doomed(id: id, team: team, condition: "1 = 1")
            }
        }
    }

    private func delete(_ doomed: Doomed, atMost limit: Int) async throws -> Int {
        var total = 0
        while total < limit {
            let wanted = min(Self.chunk, limit - total)
            let deleted = try await database.write { try Self.delete(doomed, atMost: wanted, on: $0) }
            total += deleted
            if deleted < wanted { break }
        }
        return total
    }

    private static func delete(_ doomed: Doomed, atMost limit: Int, on connection: any SQLConnection) throws -> Int {
        let chosen: SQLStatement = """
            SELECT id FROM pipeline_data WHERE pipeline_id = \(doomed.id) AND \(doomed.condition) \
            ORDER BY ingested_at, id LIMIT \(limit)
            """
        let sums = try connection.fetchOne(
            "SELECT count(*), coalesce(sum(length(CAST(data AS BLOB))), 0) FROM pipeline_data WHERE id IN (\(chosen))"
        )
        guard let count = sums?.int(0), let bytes = sums?.int(1), count > 0 else { return 0 }
        try connection.execute("DELETE FROM pipeline_data WHERE id IN (\(chosen))")
        try connection.execute(
            """
            UPDATE teams SET storage_used_bytes = max(0, storage_used_bytes - \(bytes)) WHERE id = \(doomed.team)
            """
        )
        try connection.execute(
            """
            UPDATE pipeline_counters SET bytes_stored = max(0, bytes_stored - \(bytes)) \
            WHERE pipeline_id = \(doomed.id)
            """
        )
        return Int(count)
    }

    /// The keys of a pipeline that is gone, then the note of it.
    private func forget(_ pipeline: UUID, atMost limit: Int) async throws -> Int {
        try await database.write { connection in
            let keys = try connection.execute(
                """
                DELETE FROM idempotency_keys WHERE id IN \
                (SELECT id FROM idempotency_keys WHERE pipeline_id = \(pipeline) LIMIT \(min(limit, Self.chunk)))
                """
            )
            if keys == 0 { try connection.execute("DELETE FROM deleted_pipelines WHERE pipeline_id = \(pipeline)") }
            return keys
        }
    }

    private func deleteOldKeys(_ now: Timestamp, atMost limit: Int) async throws -> Int {
        let before = now - GroupCommit.memory
        let old = try await database.read { connection in
            try connection.fetchOne("SELECT 1 FROM idempotency_keys WHERE inserted_at <= \(before) LIMIT 1") != nil
        }
        guard old else { return 0 }
        return try await database.write { connection in
            try connection.execute(
                """
                DELETE FROM idempotency_keys WHERE id IN \
                (SELECT id FROM idempotency_keys WHERE inserted_at <= \(before) LIMIT \(min(limit, Self.chunk)))
                """
            )
        }
    }
}
