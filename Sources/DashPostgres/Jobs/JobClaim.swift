import DashJSON
import DashModel
import DashStorage
import FoundationEssentials

/// Takes the next jobs of a queue: by priority, and among equals from the team that has the fewest running.
///
/// One statement, so that a node that stops in the middle holds nobody up. The candidates of each team are numbered as
/// if that team's earlier ones ran already, which makes the turns between teams a plain order; of them the first that
/// no other claim holds are locked and taken.
struct JobClaim {
    let queue: String
    let limit: Int
    let now: Timestamp
    let leaseEnds: Timestamp

    /// As the partial indexes spell it.
    private static let waiting: SQLStatement = "lease_token IS NULL AND finished_at IS NULL"

    /// The same, so that only the primary key fits (`JobPlanning`).
    private static let isWaiting: SQLStatement = "state IN ('available', 'scheduled', 'retryable')"

    func run(on connection: PostgresConnection) throws -> [ClaimedJob] {
        var jobs: [ClaimedJob] = []
        // Other claims may hold all that is looked at first. Then there is a deeper look.
        for depth in [2 * limit + 16, 16 * limit + 256, 1_000_000] {
            let wanted = limit - jobs.count
            let rows = try connection.pipelined([JobPlanning.byIndex, statement(wanted, depth: depth)])[1].rows
            let claimed = try rows.compactMap(Self.job)
            jobs += claimed
            let candidates = Int(rows.first?.int(0) ?? 0)
            if claimed.count >= wanted || candidates <= claimed.count { break }
        }
        return jobs
    }

    /// The number of candidates in the first column, and a claimed job in the others unless there was none.
    private func statement(_ limit: Int, depth: Int) -> SQLStatement {
        """
        WITH RECURSIVE team (id) AS (\
        (SELECT team_id FROM jobs WHERE queue = \(queue) AND team_id IS NOT NULL AND \(Self.waiting) \
        ORDER BY team_id LIMIT 1) \
        UNION ALL SELECT (SELECT team_id FROM jobs WHERE queue = \(queue) AND team_id > team.id AND \(Self.waiting) \
        ORDER BY team_id LIMIT 1) FROM team WHERE team.id IS NOT NULL\
        ), candidate AS MATERIALIZED (\
        \(candidates("team", "team_id = team.id", "team.id IS NOT NULL", depth)) UNION ALL \
        \(candidates("(VALUES (1)) AS dash (id)", "team_id IS NULL", "true", depth))\
        ), picked AS MATERIALIZED (\
        SELECT next.* FROM (SELECT * FROM candidate ORDER BY priority, turn, scheduled_at, id) AS next \
        CROSS JOIN LATERAL (SELECT 1 FROM jobs WHERE jobs.id = next.id AND \(Self.isWaiting) \
        FOR UPDATE SKIP LOCKED) AS locked LIMIT \(limit)\
        ), taken AS (\
        UPDATE jobs SET state = 'executing', attempt = attempt + 1, lease_token = gen_random_uuid(), \
        lease_expires_at = \(leaseEnds) FROM picked WHERE jobs.id = picked.id \
        RETURNING jobs.id, lease_token, kind, parameters, team_id, attempt, max_attempts, lost_starts, \
        picked.priority, picked.turn, picked.scheduled_at\
        ) \
        SELECT (SELECT count(*) FROM candidate), taken.* FROM (VALUES (1)) AS one (row) LEFT JOIN taken ON true \
        ORDER BY taken.priority, taken.turn, taken.scheduled_at, taken.id
        """
    }

    /// Ordered by the team although there is only one: for the jobs of none, the planner would not see otherwise that
    /// the index has them in order.
    private func candidates(
        _ teams: SQLStatement,
        _ isTeams: SQLStatement,
        _ condition: SQLStatement,
        _ depth: Int
    ) -> SQLStatement {
        """
        SELECT due.id, due.priority, due.turn + busy.jobs AS turn, due.scheduled_at FROM \(teams) \
        CROSS JOIN LATERAL (SELECT count(*) AS jobs FROM jobs WHERE queue = \(queue) AND \(isTeams) \
        AND lease_token IS NOT NULL) AS busy \
        CROSS JOIN LATERAL (SELECT id, priority, scheduled_at, \
        row_number() OVER (ORDER BY team_id, priority, scheduled_at, id) AS turn FROM jobs \
        WHERE queue = \(queue) AND \(isTeams) AND \(Self.waiting) AND scheduled_at <= \(now) \
        ORDER BY team_id, priority, scheduled_at, id LIMIT \(depth)) AS due WHERE \(condition)
        """
    }

    private static func job(_ row: SQLRow) throws -> ClaimedJob? {
        guard let id = row.uuid(1), let token = row.uuid(2) else { return nil }
        return ClaimedJob(
            lease: JobLease(job: id, token: token),
            kind: row.text(3) ?? "",
            parameters: try JSONValue(parsing: row.bytes(4) ?? [], limits: .rfc8259),
            team: row.uuid(5),
            attempt: Int(row.int(6) ?? 0),
            maxAttempts: Int(row.int(7) ?? 0),
            lostStarts: Int(row.int(8) ?? 0)
        )
    }
}
