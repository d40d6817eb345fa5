import DashModel
import DashStorage
import FoundationEssentials

/// Settlements by what they change, a statement each.
struct JobSettlements {
    let settlements: [JobSettlement]
    let now: Timestamp

    var statements: [SQLStatement] {
        var completed: [JobLease] = []
        var released: [JobLease] = []
        var retried: [(lease: JobLease, at: Timestamp, reason: String)] = []
        var discarded: [(lease: JobLease, reason: String)] = []
        for settlement in settlements {
            switch settlement.outcome {
            case .completed: completed.append(settlement.lease)
            case .released: released.append(settlement.lease)
            case .retry(let at, let reason): retried.append((settlement.lease, at, reason))
            case .discarded(let reason): discarded.append((settlement.lease, reason))
            }
        }
        var statements: [SQLStatement] = []
        if !completed.isEmpty {
            statements.append(
                Self.statement(
                    "state = 'completed', finished_at = \(now), error_message = NULL, lost_starts = 0",
                    completed
                )
            )
        }
        if !released.isEmpty {
            statements.append(
                Self.statement(
                    "state = 'available', attempt = greatest(0, attempt - 1), scheduled_at = \(now)",
                    released
                )
            )
        }
        if !retried.isEmpty {
            statements.append(
                Self.statement(
                    "state = 'retryable', scheduled_at = held.at, error_message = held.reason, lost_starts = 0",
                    retried.map(\.lease),
                    ", \(SQLValue.list(retried.map(\.at))), \(SQLValue.list(retried.map(\.reason)))",
                    "at, reason"
                )
            )
        }
        if !discarded.isEmpty {
            statements.append(
                Self.statement(
                    "state = 'discarded', finished_at = \(now), error_message = held.reason",
                    discarded.map(\.lease),
                    ", \(SQLValue.list(discarded.map(\.reason)))",
                    "reason"
                )
            )
        }
        return statements
    }

    private static func statement(
        _ change: SQLStatement,
        _ leases: [JobLease],
        _ lists: SQLStatement = "",
        _ names: String = ""
    ) -> SQLStatement {
        let columns = SQLStatement(raw: names.isEmpty ? "job, token" : "job, token, " + names)
        return """
            UPDATE jobs SET \(change), lease_token = NULL, lease_expires_at = NULL \
            FROM unnest(\(SQLValue.list(leases.map(\.job))), \(SQLValue.list(leases.map(\.token)))\(lists)) \
            AS held (\(columns)) WHERE \(held) RETURNING jobs.id, held.token
            """
    }

    /// The rows whose leases, listed as `held`, are still what they were. Spelt so that only the primary key fits
    /// (`JobPlanning`).
    static let held: SQLStatement = """
        jobs.id = held.job AND jobs.lease_token IS NOT DISTINCT FROM held.token AND jobs.state = 'executing'
        """

    static func leases(_ results: some Sequence<PostgresResult>) -> Set<JobLease> {
        var leases: Set<JobLease> = []
        for row in results.lazy.flatMap(\.rows) {
            if let job = row.uuid(0), let token = row.uuid(1) { leases.insert(JobLease(job: job, token: token)) }
        }
        return leases
    }
}
