import DashExchange
import DashModel
import DashStorage
import FoundationEssentials

/// The newest records of the pipelines: from the cache where it can have all of them, else from the store.
struct HotRecords: Sendable {
    let cache: any Cache
    let records: any RecordReader
    let clock: any WallClock
    /// Whether other nodes commit into the store: what they store is in no cache of this node's own.
    let isStoreShared: Bool

    /// Whether the cache has everything that a pipeline which stores its records has.
    var cachesStored: Bool { cache.isShared || !isStoreShared }

    /// Keeps a batch if anybody will look for it here.
    func append(_ batch: CommittedBatch) async throws {
        if cachesStored || !batch.isStored { try await cache.append(batch) }
    }

    /// The last records, newest last; `isStored` says whether the pipeline stores its records.
    func latest(of pipeline: UUID, limit: Int, isStored: Bool) async throws -> [Record] {
        if isStored, !cachesStored { return try await stored(pipeline, limit) }
        if let records = try await cache.latest(of: pipeline, limit: limit) { return records }
        let records = try await stored(pipeline, cache.capacity)
        try await cache.fill(pipeline, with: records)
        if limit > cache.capacity { return try await stored(pipeline, limit) }
        return try await cache.latest(of: pipeline, limit: limit) ?? records.suffix(limit)
    }

    /// Puts the last records into the cache, for the first who look.
    func warm(_ pipeline: UUID) async throws {
        try await cache.fill(pipeline, with: stored(pipeline, cache.capacity))
    }

    private func stored(_ pipeline: UUID, _ limit: Int) async throws -> [Record] {
        try await records.latest(of: pipeline, limit: limit, now: clock.now)
    }
}
