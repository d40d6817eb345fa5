public import DashModel
public import FoundationEssentials

/// The hot records: the newest of each pipeline.
public protocol Cache: Sendable {
    /// How many records of a pipeline it keeps.
    var capacity: Int { get }

    /// Whether all nodes fill and read the same one.
    var isShared: Bool { get }

    /// Adds a committed batch behind what is there; older records beyond the capacity fall out.
    func append(_ batch: CommittedBatch) async throws

    /// The newest records, newest last; nil when the pipeline is not in the cache.
    func latest(of pipeline: UUID, limit: Int) async throws -> [Record]?

    /// Sets a pipeline's records, unless newer ones are there, as at start.
    func fill(_ pipeline: UUID, with records: [Record]) async throws

    func remove(_ pipeline: UUID) async throws
}
