public import DashModel
public import FoundationEssentials

/// The durable queue's rows. Claims hand out a lease with a fencing token; only its holder can settle the job.
public protocol JobStore: Sendable {
    /// Inserts jobs; one whose `uniqueKey` is held by an unfinished job is left out. Returns the ids inserted.
    @discardableResult
    func enqueue(_ jobs: [NewJob], now: Timestamp) async throws -> [UUID]

    /// Takes up to `limit` due jobs of the queue, by priority then age, fairly between teams, until `leaseEnds`.
    func claim(queue: String, limit: Int, now: Timestamp, leaseEnds: Timestamp) async throws -> [ClaimedJob]

    /// Prolongs leases; returns those that are still held.
    func heartbeat(_ leases: [JobLease], leaseEnds: Timestamp) async throws -> Set<JobLease>

    /// Compare-and-set by each lease, in one transaction. Returns the leases that were still held.
    @discardableResult
    func settle(_ settlements: [JobSettlement], now: Timestamp) async throws -> Set<JobLease>

    /// Cancels a job that is not final yet; its lease is lost by it.
    func cancel(_ job: UUID, now: Timestamp) async throws -> Bool

    /// A job did some of its work: what its earlier starts came to counts no more.
    func noteProgress(of lease: JobLease) async throws

    /// Makes jobs whose lease ran out available again (or discards them after their last attempt) and counts the start as
    /// lost; returns how many.
    func rescue(now: Timestamp) async throws -> Int

    /// Deletes final jobs older than `before`; returns how many, at most `limit`.
    func prune(before: Timestamp, limit: Int) async throws -> Int

    /// When the next job of the queue becomes due.
    func nextDue(queue: String) async throws -> Timestamp?
}

extension JobStore {
    /// Settles one job. False when its lease was lost.
    @discardableResult
    public func settle(_ lease: JobLease, as outcome: JobOutcome, now: Timestamp) async throws -> Bool {
        try await settle([JobSettlement(lease, as: outcome)], now: now).contains(lease)
    }
}
