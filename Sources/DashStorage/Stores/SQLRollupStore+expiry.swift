package import DashModel
import FoundationEssentials

extension SQLRollupStore {
    /// Deletes up to `limit` roll-ups of which everything is older than their pipeline's retention; returns how many.
    package func deleteExpired(now: Timestamp, limit: Int) async throws -> Int {
        var left = max(0, limit)
        for stretch in try await expired(now) {
            while left > 0 {
                let wanted = min(left, Self.chunk)
                let deleted = try await database.write { try stretch.deleteOldest(wanted, on: $0) }
                left -= deleted
                if deleted < wanted { break }
            }
        }
        return limit - left
    }

    /// What there is to delete, looked up on a reader, so that mostly nobody has to write.
    private func expired(_ now: Timestamp) async throws -> [RollupStretch] {
        try await database.read { connection in
            let fields = try connection.fetch(
                """
                SELECT f.pipeline_id, f.field, p.retention_days FROM rolled_fields AS f \
                JOIN pipelines AS p ON p.id = f.pipeline_id WHERE p.retention_days IS NOT NULL
                """
            )
            let stretches = fields.flatMap { row -> [RollupStretch] in
                guard let pipeline = row.uuid(0), let field = row.text(1), let days = row.int(2) else { return [] }
                let cutoff = Retention.cutoff(days: days, now: now)
                return RollupWidth.allCases.map {
                    RollupStretch(pipeline: pipeline, field: field, width: $0, endedBy: cutoff)
                }
            }
            return try stretches.filter { stretch in
                try connection.fetchOne("SELECT 1 FROM field_rollups WHERE \(stretch.condition) LIMIT 1") != nil
            }
        }
    }
}
