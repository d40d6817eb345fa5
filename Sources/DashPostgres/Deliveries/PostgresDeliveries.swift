import DashModel
import DashStorage
import FoundationEssentials

/// The outbox on PostgreSQL.
struct PostgresDeliveries: SQLDeliveryStore {
    let database: PostgresDatabase

    var newest: any SQLDatabase { PrimaryDatabase(database: database, isStrict: true) }
    var anywhere: any SQLDatabase { database }

    func dueLanes(now: Timestamp) async throws -> [BatchCommit.Lane] {
        let statements = ["pipeline_sink_id", "downstream_id"].map { Self.dueEnds($0, now) }
        // From the primary: a replica may still show as due what another node has sent.
        return try await database.readPrimary { connection in
            let ends = try connection.pipelined(statements).map { $0.rows.compactMap { $0.uuid(0) } }
            return ends[0].map(BatchCommit.Lane.sink) + ends[1].map(BatchCommit.Lane.pipeline)
        }
    }

    /// Hops from lane to lane in the index and looks at the oldest of each, however long the backlogs are.
    private static func dueEnds(_ column: String, _ now: Timestamp) -> SQLStatement {
        let end = SQLStatement.identifier(column)
        return """
            WITH RECURSIVE lane (id) AS (\
            (SELECT \(end) FROM deliveries WHERE \(end) IS NOT NULL ORDER BY \(end) LIMIT 1) \
            UNION ALL SELECT (SELECT \(end) FROM deliveries WHERE \(end) > lane.id ORDER BY \(end) LIMIT 1) \
            FROM lane WHERE lane.id IS NOT NULL) \
            SELECT id FROM lane WHERE id IS NOT NULL AND (SELECT next_attempt_at FROM deliveries \
            WHERE \(end) = lane.id AND status = 'pending' ORDER BY first_record_id LIMIT 1) <= \(now)
            """
    }

    func noteStart(of deliveries: [UUID]) async throws {
        guard !deliveries.isEmpty else { return }
        let ids = SQLValue.list(deliveries)
        try await database.write { connection in
            _ = try connection.execute("UPDATE deliveries SET lost_starts = lost_starts + 1 WHERE id = ANY (\(ids))")
        }
    }

    @discardableResult
    func settle(_ deliveries: [UUID], as outcome: DeliveryOutcome, now: Timestamp) async throws -> Bool {
        let change = DeliveryStatements.change(outcome, now: now) { entry in
            "coalesce(attempt_history, '[]'::jsonb) || \(entry)::jsonb"
        }
        let ids = SQLValue.list(deliveries)
        return try await database.write { connection in
            // All or none: a lane whose owner changed must not half settle.
            let settled = try connection.execute(
                """
                WITH held AS MATERIALIZED (SELECT id FROM deliveries WHERE id = ANY (\(ids)) AND status = 'pending' \
                ORDER BY id FOR UPDATE) \
                UPDATE deliveries SET \(change) WHERE id IN (SELECT id FROM held) \
                AND (SELECT count(*) FROM held) = \(deliveries.count)
                """
            )
            return settled == deliveries.count
        }
    }
}
