package import FoundationEssentials

/// What an engine knows, within the saving transaction, of the parts of a group.
package protocol CommitFacts {
    /// The team that owns a pipeline; nil when it is gone.
    func owner(of pipeline: UUID) throws -> UUID?
    /// How much a team may store and has stored.
    func storage(of team: UUID) throws -> TeamStorage
    /// What a request with the same key was answered before this group.
    func answer(to request: IdempotencyScope) throws -> CommitOutcome?
    /// Whether the lease is still its holder's.
    func isHeld(_ lease: JobLease) throws -> Bool
    /// Whether an upstream delivery still waits to be consumed by the pipeline.
    func isPending(_ delivery: UUID, for pipeline: UUID) throws -> Bool
    /// Where an upload into the pipeline stands; nil when it is over or gone.
    func position(of upload: UUID, into pipeline: UUID) throws -> Int64?
    /// Whether all of the records are in the pipeline's quarantine.
    func areQuarantined(_ records: [UUID], of pipeline: UUID) throws -> Bool
}
