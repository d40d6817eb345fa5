package import FoundationEssentials

/// What an engine knows, within the saving transaction, of the parts of a group.
package protocol CommitFacts {
    /// The team that owns a pipeline; nil when it is gone.
    func owner(of pipeline: UUID) throws -> UUID?
    /// How much a team may store and has stored.
    func storage(of team: UUID) throws -> TeamStorage
    /// What a request with the same key was answered before this group.
    func answer(to request: IdempotencyScope) throws -> CommitOutcome?
    /// Whether what a commit of the pipeline expects is so.
    func holds(_ fence: Fence, of pipeline: UUID) throws -> Bool
}
