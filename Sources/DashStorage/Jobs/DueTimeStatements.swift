package import DashModel
package import FoundationEssentials

/// What both engines say alike about due times.
package enum DueTimeStatements {
    /// Settles the open due times that no unfinished job stands for. A due time and its job are written together, with
    /// one time: so they are known for each other, and one statement sees both or neither.
    package static func settleOvertaken(
        of pipeline: UUID,
        jobKey: String,
        until end: Timestamp,
        as state: DueTime.State
    ) -> SQLStatement {
        """
        UPDATE due_times SET state = \(state.name), reason = \(state.reason) \
        WHERE pipeline_id = \(pipeline) AND state = 'due' AND due_at <= \(end) \
        AND NOT EXISTS (SELECT 1 FROM jobs WHERE jobs.unique_key = \(jobKey) AND jobs.finished_at IS NULL \
        AND jobs.inserted_at = due_times.inserted_at)
        """
    }
}
