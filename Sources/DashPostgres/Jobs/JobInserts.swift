import DashJSON
import DashModel
import DashStorage
import FoundationEssentials

/// Jobs to insert, as one statement whose lists the server takes apart.
struct JobInserts {
    let jobs: [NewJob]
    let now: Timestamp
    let ids: [UUID]

    init(_ jobs: [NewJob], now: Timestamp) {
        self.jobs = jobs
        self.now = now
        ids = jobs.map { _ in UUID.v7(at: now) }
    }

    /// Returns the ids of those whose unique key was free.
    var statement: SQLStatement {
        let due = jobs.map { $0.scheduledAt ?? now }
        return """
            INSERT INTO jobs (id, team_id, queue, kind, parameters, state, priority, unique_key, attempt, \
            max_attempts, scheduled_at, inserted_at) \
            SELECT id, team, queue, kind, parameters, CASE WHEN due > \(now) THEN 'scheduled' ELSE 'available' END, \
            priority, key, 0, attempts, due, \(now) \
            FROM unnest(\(SQLValue.list(ids)), \(SQLValue.list(jobs.map(\.team))), \
            \(SQLValue.list(jobs.map(\.queue))), \(SQLValue.list(jobs.map(\.kind))), \
            \(SQLValue.array(.json, jobs.map { .json($0.parameters.encoded()) })), \
            \(SQLValue.list(jobs.map(\.priority))), \(SQLValue.list(jobs.map(\.uniqueKey))), \
            \(SQLValue.list(jobs.map { max(1, $0.maxAttempts) })), \(SQLValue.list(due))) \
            AS job (id, team, queue, kind, parameters, priority, key, attempts, due) \
            ON CONFLICT (unique_key) WHERE finished_at IS NULL DO NOTHING RETURNING id
            """
    }

    /// Tells all nodes of the queues that have something to do now; with the transaction's commit.
    var notices: [SQLStatement] {
        Set(jobs.lazy.filter { ($0.scheduledAt ?? now) <= now }.map(\.queue)).map(Self.notice)
    }

    static func notice(_ queue: String) -> SQLStatement { "SELECT pg_notify('dash_jobs', \(queue))" }
}
