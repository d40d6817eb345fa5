public import FoundationEssentials

/// The records that broke a rule, as they are looked through. They get there and leave for a replay by
/// `RecordStore.commit`.
public protocol QuarantineStore: Sendable {
    /// By rule, field and reason, the most frequent first; at most `limit`.
    func quarantineCounts(
        of pipeline: UUID,
        matching filter: QuarantineFilter,
        limit: Int
    ) async throws -> [QuarantineCount]

    func quarantineExtent(of pipeline: UUID, matching filter: QuarantineFilter) async throws -> QuarantineExtent

    /// In the order of their ids, behind `after` and no further than `until`, from the primary.
    func quarantined(
        of pipeline: UUID,
        matching filter: QuarantineFilter,
        after: UUID?,
        until: UUID?,
        limit: Int
    ) async throws -> [QuarantineRow]

    /// The newest first.
    func newestQuarantined(
        of pipeline: UUID,
        matching filter: QuarantineFilter,
        limit: Int
    ) async throws -> [QuarantineRow]

    /// Deletes for good; returns how many. What the ledger says of them stays.
    func discardQuarantined(of pipeline: UUID, matching filter: QuarantineFilter) async throws -> Int
}
