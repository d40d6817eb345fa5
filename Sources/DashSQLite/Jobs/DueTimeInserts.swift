import DashModel
import DashStorage
import FoundationEssentials

/// Records due times, those that are new with their jobs.
struct DueTimeInserts {
    let due: [DueTime]
    let now: Timestamp

    init(_ due: [DueTime], now: Timestamp) {
        self.due = due
        self.now = now
    }

    /// Returns those that were new.
    func run(on connection: any SQLConnection) throws -> [DueTime] {
        try due.filter { time in
            let inserted = try connection.execute(
                """
                INSERT INTO due_times (id, pipeline_id, due_at, state, reason, inserted_at) \
                SELECT \(UUID.v7(at: now)), \(time.pipeline), \(time.dueAt), \(time.state.name), \
                \(time.state.reason), \(now) WHERE EXISTS (SELECT 1 FROM pipelines WHERE id = \(time.pipeline)) \
                ON CONFLICT (pipeline_id, due_at) DO NOTHING
                """
            )
            guard inserted > 0 else { return false }
            if let job = time.job { _ = try JobStatements.insert(job, now: now, on: connection) }
            if let next = time.nextDueAt {
                try connection.execute("UPDATE pipelines SET next_run_at = \(next) WHERE id = \(time.pipeline)")
            }
            return true
        }
    }
}
