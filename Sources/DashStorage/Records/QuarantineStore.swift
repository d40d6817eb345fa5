public import FoundationEssentials

/// The records that broke a rule, as they are looked through. They get there and leave for a replay by
/// `CommitStore.commit`.
public protocol QuarantineStore: Sendable {
    /// By rule, field and reason, the most frequent first; at most `limit`.
    func counts(
        of pipeline: UUID,
        matching filter: QuarantineFilter,
        limit: Int
    ) async throws -> [QuarantineCount]

    func extent(of pipeline: UUID, matching filter: QuarantineFilter) async throws -> QuarantineExtent

    /// In the order of their ids, behind `after` and no further than `until`, from the primary.
    func page(
        of pipeline: UUID,
        matching filter: QuarantineFilter,
        after: UUID?,
        until: UUID?,
        limit: Int
    ) async throws -> [QuarantineRow]

    /// The newest first.
    func newest(
        of pipeline: UUID,
        matching filter: QuarantineFilter,
        limit: Int
    ) async throws -> [QuarantineRow]

    /// Deletes for good; returns how many. What the ledger says of them stays.
    func discard(of pipeline: UUID, matching filter: QuarantineFilter) async throws -> Int
}
