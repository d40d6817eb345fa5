public import DashStorage
public import FoundationEssentials

extension SQLiteStore {
    public func quarantineCounts(
        of pipeline: UUID,
        matching filter: QuarantineFilter,
        limit: Int
    ) async throws -> [QuarantineCount] {
        try await database.read { try QuarantineStatements.counts(of: pipeline, filter, limit: limit, on: $0) }
    }

    public func quarantineExtent(
        of pipeline: UUID,
        matching filter: QuarantineFilter
    ) async throws -> QuarantineExtent {
        try await database.read { try QuarantineStatements.extent(of: pipeline, filter, on: $0) }
    }

    public func quarantined(
        of pipeline: UUID,
        matching filter: QuarantineFilter,
        after: UUID?,
        until: UUID?,
        limit: Int
    ) async throws -> [QuarantineRow] {
        try await database.read {
            try QuarantineStatements.page(of: pipeline, filter, after: after, until: until, limit: limit, on: $0)
        }
    }

    public func newestQuarantined(
        of pipeline: UUID,
        matching filter: QuarantineFilter,
        limit: Int
    ) async throws -> [QuarantineRow] {
        try await database.read { try QuarantineStatements.newest(of: pipeline, filter, limit: limit, on: $0) }
    }

    public func discardQuarantined(of pipeline: UUID, matching filter: QuarantineFilter) async throws -> Int {
        try await database.write { try $0.execute(QuarantineStatements.discard(of: pipeline, filter)) }
    }
}
