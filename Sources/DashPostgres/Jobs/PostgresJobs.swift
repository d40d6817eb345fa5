import DashModel
import DashStorage
import FoundationEssentials

/// The durable queue on PostgreSQL.
struct PostgresJobs: JobStore {
    let database: PostgresDatabase

    /// So many go in one statement.
    private static let insertLimit = 10_000

    @discardableResult
    func enqueue(_ jobs: [NewJob], now: Timestamp) async throws -> [UUID] {
        guard !jobs.isEmpty else { return [] }
        let pieces = stride(from: 0, to: jobs.count, by: Self.insertLimit).map {
            JobInserts(Array(jobs[$0..<min($0 + Self.insertLimit, jobs.count)]), now: now)
        }
        return try await database.writeConnection { connection in
            let results = try connection.pipelined(pieces.map(\.statement))
            let inserted = Set(results.lazy.flatMap(\.rows).compactMap { $0.uuid(0) })
            if !inserted.isEmpty { connection.postpone(try Self.notices(of: pieces)) }
            return pieces.flatMap(\.ids).filter(inserted.contains)
        }
    }

    private static func notices(of pieces: [JobInserts]) throws -> [PostgresCommand] {
        try Set(pieces.flatMap(\.notices)).map(PostgresCommand.init)
    }

    /// One job in the middle of another transaction.
    static func insert(_ job: NewJob, now: Timestamp, on connection: any SQLConnection) throws -> UUID? {
        let inserted = try JobStatements.insert(job, now: now, on: connection)
        if inserted != nil, (job.scheduledAt ?? now) <= now { try connection.execute(JobInserts.notice(job.queue)) }
        return inserted
    }

    func claim(
        queue: String,
        limit: Int,
        now: Timestamp,
        leaseEnds: Timestamp
    ) async throws -> [ClaimedJob] {
        guard limit > 0 else { return [] }
        let claim = JobClaim(queue: queue, limit: limit, now: now, leaseEnds: leaseEnds)
        // The statement is a transaction of its own. A claim whose answer is lost is undone when its lease runs out.
        return try await database.plainConnection(within: PostgresDatabase.writeLimit) { try claim.run(on: $0) }
    }

    func heartbeat(_ leases: [JobLease], leaseEnds: Timestamp) async throws -> Set<JobLease> {
        guard !leases.isEmpty else { return [] }
        let statement: SQLStatement = """
            UPDATE jobs SET lease_expires_at = \(leaseEnds) \
            FROM unnest(\(SQLValue.list(leases.map(\.job))), \(SQLValue.list(leases.map(\.token)))) \
            AS held (job, token) WHERE \(JobSettlements.held) RETURNING jobs.id, held.token
            """
        return try await database.writeConnection { connection in
            JobSettlements.leases(try connection.pipelined([JobPlanning.byIndex, statement]).dropFirst())
        }
    }

    @discardableResult
    func settle(_ settlements: [JobSettlement], now: Timestamp) async throws -> Set<JobLease> {
        guard !settlements.isEmpty else { return [] }
        let statements = JobSettlements(settlements: settlements, now: now).statements
        return try await database.writeConnection { connection in
            JobSettlements.leases(try connection.pipelined([JobPlanning.byIndex] + statements).dropFirst())
        }
    }

    func cancel(_ job: UUID, now: Timestamp) async throws -> Bool {
        try await database.write { try $0.execute(JobStatements.cancel(job, now: now)) > 0 }
    }

    func noteProgress(of lease: JobLease) async throws {
        try await database.write { connection in _ = try connection.execute(JobStatements.noteProgress(of: lease)) }
    }

    func rescue(now: Timestamp) async throws -> Int {
        let reason = "the node that ran it went away"
        func statement(_ change: SQLStatement, _ condition: SQLStatement) -> SQLStatement {
            """
            UPDATE jobs SET \(change), error_message = \(reason), lost_starts = lost_starts + 1, \
            scheduled_at = \(now) + CASE WHEN lost_starts > 0 THEN floor(random() * \(LostStarts.spread)) ELSE 0 END \
            * INTERVAL '1 second', lease_token = NULL, lease_expires_at = NULL WHERE id = ANY (ARRAY(SELECT id FROM jobs WHERE lease_token IS NOT NULL \
            AND state = 'executing' AND lease_expires_at < \(now) AND \(condition) FOR UPDATE SKIP LOCKED))
            """
        }
        let statements = [
            statement("state = 'discarded', finished_at = \(now)", "attempt >= max_attempts"),
            statement("state = 'available'", "attempt < max_attempts"),
        ]
        // Without anything to rescue this writes nothing.
        return try await database.plainConnection(within: PostgresDatabase.writeLimit) { connection in
            try connection.pipelined([JobPlanning.byIndex] + statements).dropFirst().reduce(0) { $0 + $1.changed }
        }
    }

    func prune(before: Timestamp, limit: Int) async throws -> Int {
        try await database.write { connection in
            try connection.deleteSome(
                of: "jobs",
                "finished_at IS NOT NULL AND finished_at < \(before) ORDER BY finished_at",
                limit: limit
            )
        }
    }

    func nextDue(queue: String) async throws -> Timestamp? {
        try await database.read { connection in
            try connection.fetchOne(
                """
                SELECT min(scheduled_at) FROM jobs WHERE queue = \(queue) AND lease_token IS NULL \
                AND finished_at IS NULL
                """
            )?.timestamp(0)
        }
    }
}
