import DashModel
import DashStorage
import FoundationEssentials

/// The outbox of the embedded engine.
struct SQLiteDeliveries: SQLDeliveryStore {
    let database: SQLiteDatabase

    var newest: any SQLDatabase { database }
    var anywhere: any SQLDatabase { database }

    func dueLanes(now: Timestamp) async throws -> [BatchCommit.Lane] {
        try await database.read { connection in
            let sinks = try Self.dueEnds("pipeline_sink_id", now, connection).map(BatchCommit.Lane.sink)
            return try sinks + Self.dueEnds("downstream_id", now, connection).map(BatchCommit.Lane.pipeline)
        }
    }

    /// Hops from lane to lane in the index and looks at the oldest of each, however long the backlogs are.
    private static func dueEnds(_ column: String, _ now: Timestamp, _ connection: any SQLConnection) throws -> [UUID] {
        let end = SQLStatement.identifier(column)
        let rows = try connection.fetch(
            """
            WITH RECURSIVE lane (id) AS (\
            SELECT min(\(end)) FROM deliveries WHERE \(end) IS NOT NULL \
            UNION ALL SELECT (SELECT min(\(end)) FROM deliveries WHERE \(end) > lane.id AND \(end) IS NOT NULL) \
            FROM lane WHERE lane.id IS NOT NULL) \
            SELECT id FROM lane WHERE id IS NOT NULL AND (SELECT next_attempt_at FROM deliveries \
            WHERE \(end) = lane.id AND status = 'pending' ORDER BY first_record_id LIMIT 1) <= \(now)
            """
        )
        return rows.compactMap { $0.uuid(0) }
    }

    func noteStart(of deliveries: [UUID]) async throws {
        guard !deliveries.isEmpty else { return }
        try await database.write { connection in
            for id in deliveries {
                try connection.execute("UPDATE deliveries SET lost_starts = lost_starts + 1 WHERE id = \(id)")
            }
        }
    }

    @discardableResult
    func settle(_ deliveries: [UUID], as outcome: DeliveryOutcome, now: Timestamp) async throws -> Bool {
        let change = DeliveryStatements.change(outcome, now: now) { entry in
            "json_insert(coalesce(attempt_history, '[]'), '$[#]', json(\(entry)))"
        }
        return try await database.write { connection in
            let ids = deliveries.map { id -> SQLStatement in "\(id)" }.joined(by: ", ")
            var pending: SQLStatement = "SELECT count(*) FROM deliveries WHERE id IN (\(ids)) AND status = 'pending'"
            pending.isReusable = deliveries.count == 1
            // All or none: a lane whose owner changed must not half settle.
            guard try connection.fetchOne(pending)?.int(0) == Int64(deliveries.count) else { return false }
            for id in deliveries {
                try connection.execute("UPDATE deliveries SET \(change) WHERE id = \(id) AND status = 'pending'")
            }
            return true
        }
    }
}
