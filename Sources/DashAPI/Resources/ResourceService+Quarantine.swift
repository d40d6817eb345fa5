public import DashModel
import DashPipeline
public import DashStorage
public import FoundationEssentials

/// What can be asked of a pipeline's quarantine beyond its rows.
extension ResourceService {
    /// The quarantined records of a pipeline by rule, field and reason, the most frequent first.
    public func quarantineCounts(
        of pipeline: UUID,
        matching filter: QuarantineFilter = QuarantineFilter(),
        limit: Int = 100,
        as principal: Principal
    ) async throws -> [QuarantineCount] {
        try allow(principal, .quarantine)
        _ = try await stored(Resources.pipelines, pipeline, for: principal)
        return try await store.quarantine.counts(of: pipeline, matching: filter, limit: limit)
    }

    /// The chosen records, newest first, at most `limit`.
    public func quarantined(
        of pipeline: UUID,
        matching filter: QuarantineFilter,
        limit: Int,
        as principal: Principal
    ) async throws -> [QuarantineRow] {
        try allow(principal, .quarantine)
        _ = try await stored(Resources.pipelines, pipeline, for: principal)
        return try await store.quarantine.newest(of: pipeline, matching: filter, limit: limit)
    }

    /// How many records the choice has.
    public func quarantineExtent(
        of pipeline: UUID,
        matching filter: QuarantineFilter,
        as principal: Principal
    ) async throws -> Int {
        try allow(principal, .quarantine)
        _ = try await stored(Resources.pipelines, pipeline, for: principal)
        return try await store.quarantine.extent(of: pipeline, matching: filter).count
    }
}
