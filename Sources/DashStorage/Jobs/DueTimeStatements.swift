package import DashModel
package import FoundationEssentials

/// What both engines say alike about due times.
package enum DueTimeStatements {
    /// What became of a due time that is still open.
    package static func settle(pipeline: UUID, dueAt: Timestamp, as state: DueTime.State) -> SQLStatement {
        """
        UPDATE due_times SET state = \(state.name), reason = \(state.reason) \
        WHERE pipeline_id = \(pipeline) AND due_at = \(dueAt) AND state = 'due'
        """
    }

    /// A pipeline's due times, newest first.
    package static func newest(
        of pipeline: UUID,
        limit: Int,
        on connection: any SQLConnection
    ) throws -> [DueTime] {
        let rows = try connection.fetch(
            """
            SELECT due_at, state, reason FROM due_times WHERE pipeline_id = \(pipeline) \
            ORDER BY due_at DESC LIMIT \(max(0, limit))
            """
        )
        return rows.compactMap { row in
            guard let dueAt = row.timestamp(0) else { return nil }
            let state = DueTime.State(name: row.text(1) ?? "", reason: row.text(2) ?? "")
            return DueTime(pipeline: pipeline, dueAt: dueAt, state: state)
        }
    }

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

    /// Settles the open due times from before a moment unless an unfinished job holds the pipeline's place.
    package static func settleAbandoned(
        of pipeline: UUID,
        jobKey: String,
        until end: Timestamp,
        as state: DueTime.State
    ) -> SQLStatement {
        """
        UPDATE due_times SET state = \(state.name), reason = \(state.reason) \
        WHERE pipeline_id = \(pipeline) AND state = 'due' AND due_at < \(end) \
        AND NOT EXISTS (SELECT 1 FROM jobs WHERE jobs.unique_key = \(jobKey) AND jobs.finished_at IS NULL)
        """
    }

    /// The pipelines after one that have open due times from before a moment.
    package static func open(
        before end: Timestamp,
        after last: UUID?,
        limit: Int,
        on connection: any SQLConnection
    ) throws -> [UUID] {
        let after: SQLStatement = last.map { "pipeline_id > \($0)" } ?? "true"
        let rows = try connection.fetch(
            """
            SELECT DISTINCT pipeline_id FROM due_times WHERE state = 'due' AND due_at < \(end) AND \(after) \
            ORDER BY pipeline_id LIMIT \(max(0, limit))
            """
        )
        return rows.compactMap { $0.uuid(0) }
    }
}
