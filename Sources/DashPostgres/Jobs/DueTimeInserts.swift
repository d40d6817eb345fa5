import DashModel
import DashStorage
import FoundationEssentials

/// Due times to record, as one statement. They go in one order on every node, so that nodes that record the same ones
/// at once wait for each other in turn.
struct DueTimeInserts {
    let due: [DueTime]
    let now: Timestamp
    private let ids: [UUID]

    init(_ due: [DueTime], now: Timestamp) {
        self.due = due
        self.now = now
        ids = due.map { _ in UUID.v7(at: now) }
    }

    /// Records them and their jobs; returns those that were new.
    func run(on connection: PostgresConnection) throws -> [DueTime] {
        let rows = try connection.pipelined([JobPlanning.byIndex, statement])[1].rows
        let recorded = Set(rows.compactMap { $0.uuid(0) })
        let new = zip(ids, due).filter { recorded.contains($0.0) }.map(\.1)
        connection.postpone(try followUp(of: new).map(PostgresCommand.init))
        return new
    }

    /// What goes with the commit of new due times: their jobs, word of them, and when the pipelines are due next.
    private func followUp(of due: [DueTime]) -> [SQLStatement] {
        let jobs = due.compactMap(\.job)
        let next = Self.next(due).map { [$0] } ?? []
        guard !jobs.isEmpty else { return next }
        let inserts = JobInserts(jobs, now: now)
        return [inserts.statement] + inserts.notices + next
    }

    /// Returns the ids of those that were new and whose pipeline is there. The rows come in their order already, and each
    /// looks for its pipeline by itself: asked to sort, the planner would rather walk through all pipelines.
    private var statement: SQLStatement {
        let rows = zip(ids, due).sorted { ($0.1.pipeline, $0.1.dueAt) < ($1.1.pipeline, $1.1.dueAt) }
        return """
            INSERT INTO due_times (id, pipeline_id, due_at, state, reason, inserted_at) \
            SELECT due.id, due.pipeline, due.at, due.state, due.reason, \(now) \
            FROM unnest(\(SQLValue.list(rows.map(\.0))), \(SQLValue.list(rows.map(\.1.pipeline))), \
            \(SQLValue.list(rows.map(\.1.dueAt))), \(SQLValue.list(rows.map(\.1.state.name))), \
            \(SQLValue.list(rows.map(\.1.state.reason)))) AS due (id, pipeline, at, state, reason) \
            CROSS JOIN LATERAL (SELECT 1 FROM pipelines WHERE pipelines.id = due.pipeline LIMIT 1) AS found \
            ON CONFLICT (pipeline_id, due_at) DO NOTHING RETURNING id
            """
    }

    /// When the pipelines are due next.
    private static func next(_ due: [DueTime]) -> SQLStatement? {
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
