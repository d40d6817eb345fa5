public import DashModel
public import FoundationEssentials

/// The one transaction that saves a batch with everything that must stand or fall with it, and what it counts.
public protocol CommitStore: Sendable {
    /// How many saving transactions are worth running at once.
    var concurrentCommits: Int { get }

    /// Saves a group in ONE transaction: each part's rows, source cursor, deliveries, run, job and counters.
    /// A part that may not be saved (repeat, storage limit, lost lease) gets its outcome and spoils no other part.
    func commit(_ group: [BatchCommit]) async throws -> [CommitOutcome]

    /// The pipeline's counts so far.
    func ledger(of pipeline: UUID) async throws -> Ledger
}
