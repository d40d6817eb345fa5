public import DashModel
public import DashStorage
public import FoundationEssentials

extension PostgresStore {
    public func dueLanes(now: Timestamp) async throws -> [BatchCommit.Lane] {
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

    public func nextDeliveries(
        of lane: BatchCommit.Lane,
        limit: Int,
        bytes: Int,
        now: Timestamp
    ) async throws -> [Delivery] {
        let statement: SQLStatement = """
            SELECT id, team_id, pipeline_id, received_at, first_record_id, last_record_id, attempts, \
            next_attempt_at, payload, byte_count, lost_starts FROM deliveries WHERE \(lane.condition) AND status = 'pending' \
            ORDER BY first_record_id LIMIT \(max(0, limit))
            """
        return try await database.readPrimary { connection in
            // The order is kept: nothing passes a delivery that waits for its next try.
            var taken: Int64 = 0
            let rows = try connection.fetch(statement).prefix { row in
                defer { taken += row.int(9) ?? 0 }
                return taken < bytes && row.timestamp(7).map { $0 <= now } ?? false
            }
            var deliveries = try rows.map { try Self.delivery($0, lane) }
            let stored = deliveries.indices.filter { rows[$0].isNull(8) }
            let records = try connection.pipelined(stored.map { Self.records(of: deliveries[$0]) })
            for (index, result) in zip(stored, records) {
                for row in result.rows { deliveries[index].records.append(row.bytes(0) ?? []) }
            }
            return deliveries
        }
    }

    /// Retention, which is not asked here, spares what is still to be delivered.
    private static func records(of delivery: Delivery) -> SQLStatement {
        """
        SELECT data FROM pipeline_data WHERE pipeline_id = \(delivery.pipeline) \
        AND ingested_at = \(delivery.receivedAt) AND id >= \(delivery.firstID) AND id <= \(delivery.lastID) \
        ORDER BY id
        """
    }

    /// A delivery without the records that are kept as rows.
    private static func delivery(_ row: SQLRow, _ lane: BatchCommit.Lane) throws -> Delivery {
        guard let id = row.uuid(0), let team = row.uuid(1), let pipeline = row.uuid(2), let first = row.int(4),
            let last = row.int(5)
        else { throw DashError(.internal, "A delivery's row is incomplete.") }
        let records = row.bytes(8).map(RecordFrame.decode) ?? RecordBytes()
        guard let records else { throw DashError(.internal, "The payload of delivery \(id.text) is damaged.") }
        return Delivery(
            id: id,
            team: team,
            pipeline: pipeline,
            lane: lane,
            receivedAt: row.timestamp(3) ?? .epoch,
            firstID: first,
            lastID: max(first, last),
            attempts: Int(row.int(6) ?? 0),
            lostStarts: Int(row.int(10) ?? 0),
            records: records
        )
    }

    public func noteStart(of deliveries: [UUID]) async throws {
        guard !deliveries.isEmpty else { return }
        let ids = SQLValue.list(deliveries)
        try await database.write { connection in
            _ = try connection.execute("UPDATE deliveries SET lost_starts = lost_starts + 1 WHERE id = ANY (\(ids))")
        }
    }

    @discardableResult
    public func settle(_ deliveries: [UUID], as outcome: DeliveryOutcome, now: Timestamp) async throws -> Bool {
        let entry = SQLValue.text(outcome.historyEntry(at: now))
        let change: SQLStatement =
            switch outcome {
            case .delivered:
                """
                status = 'delivered', delivered_at = \(now), next_attempt_at = \(now), payload = NULL, \
                attempts = attempts + 1, lost_starts = 0, error_message = NULL
                """
            case .retry(let at, let reason):
                """
                attempts = attempts + 1, lost_starts = 0, next_attempt_at = \(at), error_message = \(reason), \
                attempt_history = coalesce(attempt_history, '[]'::jsonb) || \(entry)::jsonb
                """
            case .dead(let reason):
                """
                status = 'dead', attempts = attempts + 1, lost_starts = 0, next_attempt_at = \(now), error_message = \(reason), \
                attempt_history = coalesce(attempt_history, '[]'::jsonb) || \(entry)::jsonb
                """
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

    public func backlog(of pipeline: UUID) async throws -> [LaneBacklog] {
        try await database.read { try LaneBacklog.read(of: pipeline, on: $0) }
    }

    public func laneLoads() async throws -> [LaneLoad] {
        try await database.readPrimary { try $0.fetch(LaneLoad.question).compactMap { LaneLoad($0) } }
    }

    public func redrive(
        _ lane: BatchCommit.Lane,
        matching filter: DeadLetterFilter,
        now: Timestamp
    ) async throws -> Int {
        try await database.write { try $0.execute(DeliveryStatements.redrive(lane, filter, now: now)) }
    }

    public func pruneDeliveries(before: Timestamp, limit: Int) async throws -> Int {
        try await database.write { connection in
            try connection.execute(
                """
                DELETE FROM deliveries WHERE id = ANY (ARRAY(SELECT id FROM deliveries \
                WHERE status <> 'pending' AND next_attempt_at < \(before) ORDER BY next_attempt_at \
                LIMIT \(max(0, limit)) FOR UPDATE SKIP LOCKED))
                """
            )
        }
    }
}
