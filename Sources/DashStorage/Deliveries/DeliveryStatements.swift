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
}
