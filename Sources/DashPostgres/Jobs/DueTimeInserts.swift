import DashModel
import DashStorage
import FoundationEssentials

/// Due times to record, as one statement. They go in one order on every node, so that nodes that record the same ones
/// at once wait for each other in turn.
struct DueTimeInserts {
    let due: [DueTime]
    let now: Timestamp
    let ids: [UUID]

    init(_ due: [DueTime], now: Timestamp) {
        self.due = due
        self.now = now
        ids = due.map { _ in UUID.v7(at: now) }
    }

    /// Returns the ids of those that were new and whose pipeline is there.
    var statement: SQLStatement {
        """
        INSERT INTO due_times (id, pipeline_id, due_at, state, reason, inserted_at) \
        SELECT due.id, due.pipeline, due.at, due.state, due.reason, \(now) \
        FROM unnest(\(SQLValue.list(ids)), \(SQLValue.list(due.map(\.pipeline))), \
        \(SQLValue.list(due.map(\.dueAt))), \(SQLValue.list(due.map(\.state.name))), \
        \(SQLValue.list(due.map(\.state.reason)))) AS due (id, pipeline, at, state, reason) \
        WHERE EXISTS (SELECT 1 FROM pipelines WHERE pipelines.id = due.pipeline) ORDER BY due.pipeline, due.at \
        ON CONFLICT (pipeline_id, due_at) DO NOTHING RETURNING id
        """
    }

    /// When the pipelines are due next.
    static func next(_ due: [DueTime]) -> SQLStatement? {
        var next: [UUID: Timestamp] = [:]
        for time in due { if let dueAt = time.nextDueAt { next[time.pipeline] = dueAt } }
        guard !next.isEmpty else { return nil }
        let pairs = next.sorted { $0.key < $1.key }
        return """
            UPDATE pipelines SET next_run_at = next.at \
            FROM unnest(\(SQLValue.list(pairs.map(\.key))), \(SQLValue.list(pairs.map(\.value)))) \
            AS next (pipeline, at) WHERE pipelines.id = next.pipeline
            """
    }
}
