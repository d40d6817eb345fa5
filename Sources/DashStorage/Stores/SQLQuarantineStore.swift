package import FoundationEssentials

/// The quarantine over any SQL database.
package struct SQLQuarantineStore: QuarantineStore {
    private let database: any SQLDatabase

    /// `database` reads what is newest: a replay must not miss what was set apart a moment ago.
    package init(database: any SQLDatabase) { self.database = database }

    package func counts(
        of pipeline: UUID,
        matching filter: QuarantineFilter,
        limit: Int
    ) async throws -> [QuarantineCount] {
        try await database.read { try QuarantineStatements.counts(of: pipeline, filter, limit: limit, on: $0) }
    }

    package func extent(of pipeline: UUID, matching filter: QuarantineFilter) async throws -> QuarantineExtent {
        try await database.read { try QuarantineStatements.extent(of: pipeline, filter, on: $0) }
    }

    package func page(
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

    package func newest(
        of pipeline: UUID,
        matching filter: QuarantineFilter,
        limit: Int
    ) async throws -> [QuarantineRow] {
        try await database.read { try QuarantineStatements.newest(of: pipeline, filter, limit: limit, on: $0) }
    }

    package func discard(of pipeline: UUID, matching filter: QuarantineFilter) async throws -> Int {
        try await database.write { try $0.execute(QuarantineStatements.discard(of: pipeline, filter)) }
    }
}
