package import DashModel

/// What both engines say alike about deliveries.
package enum DeliveryStatements {
    /// Makes a lane's dead deliveries pending again.
    package static func redrive(
        _ lane: BatchCommit.Lane,
        _ filter: DeadLetterFilter,
        now: Timestamp
    ) -> SQLStatement {
        """
        UPDATE deliveries SET status = 'pending', attempts = 0, lost_starts = 0, next_attempt_at = \(now) \
        WHERE \(lane.condition) AND status = 'dead'\(filter.condition)
        """
    }

    /// A lane's oldest deliveries, due or not.
    package static func next(of lane: BatchCommit.Lane, limit: Int) -> SQLStatement {
        """
        SELECT id, team_id, pipeline_id, received_at, first_record_id, last_record_id, attempts, \
        next_attempt_at, payload, byte_count, lost_starts FROM deliveries WHERE \(lane.condition) AND status = 'pending' \
        ORDER BY first_record_id LIMIT \(max(0, limit))
        """
    }

    /// Reads a row of `next`.
    package static func delivery(_ row: SQLRow, _ lane: BatchCommit.Lane) throws -> DueDelivery {
        guard let id = row.uuid(0), let team = row.uuid(1), let pipeline = row.uuid(2), let first = row.int(4),
            let last = row.int(5)
        else { throw DashError(.internal, "A delivery's row is incomplete.") }
        let payload = row.bytes(8)
        guard let records = payload.map(RecordFrame.decode) ?? RecordBytes() else {
            throw DashError(.internal, "The payload of delivery \(id.text) is damaged.")
        }
        let delivery = Delivery(
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
        return DueDelivery(delivery, isStored: payload == nil)
    }

    /// What settling a delivery changes; `history` is the engine's way to add the entry of this attempt.
    package static func change(
        _ outcome: DeliveryOutcome,
        now: Timestamp,
        history: (SQLValue) -> SQLStatement
    ) -> SQLStatement {
        let entry = SQLValue.text(outcome.historyEntry(at: now))
        return switch outcome {
        case .delivered:
            """
            status = 'delivered', delivered_at = \(now), next_attempt_at = \(now), payload = NULL, \
            attempts = attempts + 1, lost_starts = 0, error_message = NULL
            """
        case .retry(let at, let reason):
            """
            attempts = attempts + 1, lost_starts = 0, next_attempt_at = \(at), error_message = \(reason), \
            attempt_history = \(history(entry))
            """
        case .dead(let reason):
            """
            status = 'dead', attempts = attempts + 1, lost_starts = 0, next_attempt_at = \(now), \
            error_message = \(reason), attempt_history = \(history(entry))
            """
        }
    }
}
