public import DashModel
public import FoundationEssentials

/// Records and the one transaction that saves them.
public protocol RecordStore: Sendable {
    /// How many saving transactions are worth running at once.
    var concurrentCommits: Int { get }

    /// Saves a group in ONE transaction: each part's rows, source cursor, deliveries, run, job and counters.
    /// A part that may not be saved (repeat, storage limit, lost lease) gets its outcome and spoils no other part.
    func commit(_ group: [BatchCommit]) async throws -> [CommitOutcome]

    /// The newest records of a pipeline, newest last. Expired ones are never returned.
    func latest(of pipeline: UUID, limit: Int, now: Timestamp) async throws -> [Record]

    /// A keyset page, newest first, older than `before` when given. Expired ones are never returned.
    func records(of pipeline: UUID, before: RecordPosition?, limit: Int, now: Timestamp) async throws -> [Record]

    /// Answers a query about one pipeline. The caller has checked that the pipeline belongs to the team. Throws `.invalid`
    /// when it goes beyond the limits; a cancelled task's statement ends at once.
    func query(_ query: DataQuery, within limits: QueryLimits, now: Timestamp) async throws -> DataResult

    /// Deletes a bounded number of expired rows; returns how many. Call again until it returns 0.
    func deleteExpired(now: Timestamp, limit: Int) async throws -> Int

    /// The pipeline's counts so far.
    func ledger(of pipeline: UUID) async throws -> Ledger
}

extension RecordStore {
    /// Within the usual limits.
    public func query(_ query: DataQuery, now: Timestamp) async throws -> DataResult {
        try await self.query(query, within: QueryLimits(), now: now)
    }
}
