public import DashModel
public import DashStorage
public import FoundationEssentials

extension SQLiteStore {
    public func dueLanes(now: Timestamp) async throws -> [BatchCommit.Lane] {
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

    public func nextDeliveries(
        of lane: BatchCommit.Lane,
        limit: Int,
        bytes: Int,
        now: Timestamp
    ) async throws -> [Delivery] {
        try await database.read { connection in
            let rows = try connection.fetch(
                """
                SELECT id, team_id, pipeline_id, received_at, first_record_id, last_record_id, attempts, \
                next_attempt_at, payload, byte_count, lost_starts FROM deliveries WHERE \(lane.condition) AND status = 'pending' \
                ORDER BY first_record_id LIMIT \(max(0, limit))
                """
            )
            var deliveries: [Delivery] = []
            var taken: Int64 = 0
            for row in rows where taken < bytes {
                // The order is kept: nothing passes a delivery that waits for its next try.
                guard let dueAt = row.timestamp(7), dueAt <= now else { break }
                deliveries.append(try Self.delivery(row, lane, connection))
                taken += row.int(9) ?? 0
            }
            return deliveries
        }
    }

    private static func delivery(
        _ row: SQLRow,
        _ lane: BatchCommit.Lane,
        _ connection: any SQLConnection
    ) throws -> Delivery {
        guard let id = row.uuid(0), let team = row.uuid(1), let pipeline = row.uuid(2), let first = row.int(4),
            let last = row.int(5)
        else { throw DashError(.internal, "A delivery's row is incomplete.") }
        let records: RecordBytes
        if let frame = row.bytes(8) {
            guard let decoded = RecordFrame.decode(frame) else {
                throw DashError(.internal, "The payload of delivery \(id.text) is damaged.")
            }
            records = decoded
        } else {
            records = try Self.records(of: pipeline, ids: first...max(first, last), on: connection)
        }
        return Delivery(
            id: id,
            team: team,
            pipeline: pipeline,
            lane: lane,
            receivedAt: row.timestamp(3) ?? .epoch,
            firstID: first,
            lastID: last,
            attempts: Int(row.int(6) ?? 0),
            lostStarts: Int(row.int(10) ?? 0),
            records: records
        )
    }

    public func noteStart(of deliveries: [UUID]) async throws {
        guard !deliveries.isEmpty else { return }
        try await database.write { connection in
            for id in deliveries {
                try connection.execute("UPDATE deliveries SET lost_starts = lost_starts + 1 WHERE id = \(id)")
            }
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
                attempt_history = json_insert(coalesce(attempt_history, '[]'), '$[#]', json(\(entry)))
                """
            case .dead(let reason):
                """
                status = 'dead', attempts = attempts + 1, lost_starts = 0, next_attempt_at = \(now), error_message = \(reason), \
                attempt_history = json_insert(coalesce(attempt_history, '[]'), '$[#]', json(\(entry)))
                """
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

    public func backlog(of pipeline: UUID) async throws -> [LaneBacklog] {
        try await database.read { try LaneBacklog.read(of: pipeline, on: $0) }
    }

    public func laneLoads() async throws -> [LaneLoad] {
        try await database.read { try $0.fetch(LaneLoad.question).compactMap { LaneLoad($0) } }
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
                DELETE FROM deliveries WHERE id IN (SELECT id FROM deliveries \
                WHERE status <> 'pending' AND next_attempt_at < \(before) ORDER BY next_attempt_at \
                LIMIT \(max(0, limit)))
                """
            )
        }
    }
}
