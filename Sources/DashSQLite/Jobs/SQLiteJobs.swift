import DashJSON
import DashModel
import DashStorage
import FoundationEssentials

/// The durable queue of the embedded engine.
struct SQLiteJobs: JobStore {
    let database: SQLiteDatabase

    @discardableResult
    func enqueue(_ jobs: [NewJob], now: Timestamp) async throws -> [UUID] {
        guard !jobs.isEmpty else { return [] }
        return try await database.write { connection in
            try jobs.compactMap { try JobStatements.insert($0, now: now, on: connection) }
        }
    }

    func claim(
        queue: String,
        limit: Int,
        now: Timestamp,
        leaseEnds: Timestamp
    ) async throws -> [ClaimedJob] {
        // An idle queue must not take the writer at every look.
        guard limit > 0, let next = try await nextDue(queue: queue), next <= now else { return [] }
        return try await database.write { connection in
            try JobTurns(queue: queue, now: now, connection: connection).take(limit).compactMap { job in
                let token = UUID()
                try connection.execute(
                    """
                    UPDATE jobs SET state = 'executing', attempt = attempt + 1, lease_token = \(token), \
                    lease_expires_at = \(leaseEnds) WHERE id = \(job)
                    """
                )
                let row = try connection.fetchOne(
                    "SELECT kind, parameters, team_id, attempt, max_attempts, lost_starts FROM jobs WHERE id = \(job)"
                )
                guard let row else { return nil }
                return ClaimedJob(
                    lease: JobLease(job: job, token: token),
                    kind: row.text(0) ?? "",
                    parameters: try JSONValue(parsing: row.bytes(1) ?? [], limits: .rfc8259),
                    team: row.uuid(2),
                    attempt: Int(row.int(3) ?? 0),
                    maxAttempts: Int(row.int(4) ?? 0),
                    lostStarts: Int(row.int(5) ?? 0)
                )
            }
        }
    }

    func heartbeat(_ leases: [JobLease], leaseEnds: Timestamp) async throws -> Set<JobLease> {
        guard !leases.isEmpty else { return [] }
        return try await database.write { connection in
            var held: Set<JobLease> = []
            for lease in leases {
                let kept = try connection.execute(
                    "UPDATE jobs SET lease_expires_at = \(leaseEnds) WHERE \(lease.condition)"
                )
                if kept > 0 { held.insert(lease) }
            }
            return held
        }
    }

    @discardableResult
    func settle(_ settlements: [JobSettlement], now: Timestamp) async throws -> Set<JobLease> {
        guard !settlements.isEmpty else { return [] }
        return try await database.write { connection in
            var held: Set<JobLease> = []
            for settlement in settlements {
                let settled = try connection.execute(
                    """
                    UPDATE jobs SET \(Self.change(settlement.outcome, now)), lease_token = NULL, \
                    lease_expires_at = NULL WHERE \(settlement.lease.condition)
                    """
                )
                if settled > 0 { held.insert(settlement.lease) }
            }
            return held
        }
    }

    private static func change(_ outcome: JobOutcome, _ now: Timestamp) -> SQLStatement {
        switch outcome {
        case .completed: "state = 'completed', finished_at = \(now), error_message = NULL, lost_starts = 0"
        case .retry(let at, let reason):
            "state = 'retryable', scheduled_at = \(at), error_message = \(reason), lost_starts = 0"
        case .discarded(let reason): "state = 'discarded', finished_at = \(now), error_message = \(reason)"
        case .released: "state = 'available', attempt = max(0, attempt - 1), scheduled_at = \(now)"
        }
    }

    func cancel(_ job: UUID, now: Timestamp) async throws -> Bool {
        try await database.write { try $0.execute(JobStatements.cancel(job, now: now)) > 0 }
    }

    func noteProgress(of lease: JobLease) async throws {
        try await database.write { connection in _ = try connection.execute(JobStatements.noteProgress(of: lease)) }
    }

    func rescue(now: Timestamp) async throws -> Int {
        let lost = try await database.read { connection in
            try connection.fetchOne("SELECT 1 FROM jobs WHERE \(Self.leaseRanOut(now)) LIMIT 1") != nil
        }
        guard lost else { return 0 }
        return try await database.write { connection in
            try connection.execute(
                """
                UPDATE jobs SET \
                state = CASE WHEN attempt >= max_attempts THEN 'discarded' ELSE 'available' END, \
                finished_at = CASE WHEN attempt >= max_attempts THEN \(now) END, \
                error_message = 'the node that ran it went away', lost_starts = lost_starts + 1, \
                scheduled_at = \(now) + CASE WHEN lost_starts > 0 THEN abs(random() % \(LostStarts.spread)) * 1000000 \
                ELSE 0 END, lease_token = NULL, lease_expires_at = NULL WHERE \(Self.leaseRanOut(now))
                """
            )
        }
    }

    private static func leaseRanOut(_ now: Timestamp) -> SQLStatement {
        "lease_token IS NOT NULL AND state = 'executing' AND lease_expires_at < \(now)"
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
                "SELECT min(scheduled_at) FROM jobs WHERE queue = \(queue) AND \(JobTurns.waiting)"
            )?.timestamp(0)
        }
    }
}
