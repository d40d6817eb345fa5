import DashModel
package import FoundationEssentials

extension LaneBacklog {
    /// All lanes of a pipeline that have something pending or dead. Both engines ask alike.
    package static func read(of pipeline: UUID, on connection: any SQLConnection) throws -> [LaneBacklog] {
        let rows = try connection.fetch(
            """
            SELECT pipeline_sink_id, downstream_id, CAST(sum(CASE status WHEN 'pending' THEN 1 ELSE 0 END) AS bigint), \
            CAST(sum(CASE status WHEN 'dead' THEN 1 ELSE 0 END) AS bigint), \
            CAST(sum(CASE status WHEN 'pending' THEN byte_count ELSE 0 END) AS bigint), \
            min(CASE status WHEN 'pending' THEN received_at END) FROM deliveries \
            WHERE pipeline_id = \(pipeline) AND status IN ('pending', 'dead') GROUP BY 1, 2
            """
        )
        return try rows.compactMap { LaneBacklog($0) }.map { try $0.withLastTry(on: connection) }
    }

    /// Reads sink, downstream pipeline, pending, dead, pending bytes and the oldest receive time. nil when the row names
    /// no lane.
    private init?(_ row: SQLRow) {
        guard let lane = row.uuid(0).map(BatchCommit.Lane.sink) ?? row.uuid(1).map(BatchCommit.Lane.pipeline) else {
            return nil
        }
        self.init(
            lane: lane,
            pending: Int(row.int(2) ?? 0),
            dead: Int(row.int(3) ?? 0),
            bytes: row.int(4) ?? 0,
            oldestReceivedAt: row.timestamp(5)
        )
    }

    private func withLastTry(on connection: any SQLConnection) throws -> LaneBacklog {
        var lane = self
        if pending > 0 {
            let foremost = try connection.fetchOne(
                """
                SELECT attempts, next_attempt_at, error_message FROM deliveries \
                WHERE \(self.lane.condition) AND status = 'pending' ORDER BY first_record_id LIMIT 1
                """
            )
            lane.attempts = Int(foremost?.int(0) ?? 0)
            lane.nextAttemptAt = foremost?.timestamp(1)
            // What was said before it was driven again says nothing about now.
            if lane.attempts > 0 { lane.lastError = foremost?.text(2) }
        }
        if dead > 0, lane.lastError == nil {
            lane.lastError = try connection.fetchOne(
                """
                SELECT error_message FROM deliveries WHERE \(self.lane.condition) AND status = 'dead' \
                ORDER BY first_record_id DESC LIMIT 1
                """
            )?.text(0)
        }
        return lane
    }
}
