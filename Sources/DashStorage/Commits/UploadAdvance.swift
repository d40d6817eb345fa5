package import DashModel

/// What a saved part changes in its upload's row.
package struct UploadAdvance {
    package let step: UploadStep
    let received: Int64
    let accepted: Int64
    let quarantined: Int64

    package init(_ step: UploadStep, _ part: BatchCommit) {
        self.step = step
        received = part.ledger[.received]
        accepted = Int64(part.batch.records.count)
        quarantined = Int64(part.quarantined.count)
    }

    package func statement(now: Timestamp) -> SQLStatement {
        var statement: SQLStatement = """
            UPDATE uploads SET position = \(step.end), bytes_read = \(step.bytesRead), lines_read = \(step.linesRead), \
            records_received = records_received + \(received), records_accepted = records_accepted + \(accepted), \
            records_quarantined = records_quarantined + \(quarantined), \
            records_dropped = records_dropped + \(received - accepted - quarantined), error_message = NULL, \
            started_at = COALESCE(started_at, \(now)), updated_at = \(now),
            """
        if step.isLast {
            statement.append(" status = 'completed', finished_at = \(now) WHERE id = \(step.upload)")
        } else {
            statement.append(" status = 'running' WHERE id = \(step.upload)")
        }
        return statement
    }
}
