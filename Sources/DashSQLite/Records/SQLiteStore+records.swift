public import DashModel
public import DashStorage
public import FoundationEssentials

extension SQLiteStore {
    /// There is one writer.
    public var concurrentCommits: Int { 1 }

    public func commit(_ group: [BatchCommit]) async throws -> [CommitOutcome] {
        guard !group.isEmpty else { return [] }
        let now = clock.now
        return try await database.writeConnection { connection in
            var transaction = GroupCommit(connection: connection, now: now)
            return try transaction.run(group)
        }
    }

    public func latest(of pipeline: UUID, limit: Int, now: Timestamp) async throws -> [Record] {
        try await records(of: pipeline, before: nil, limit: limit, now: now).reversed()
    }

    public func records(
        of pipeline: UUID,
        before: RecordPosition?,
        limit: Int,
        now: Timestamp
    ) async throws -> [Record] {
        try await database.read {
            try RecordStatements.page(of: pipeline, before: before, limit: limit, now: now, on: $0)
        }
    }

    /// The records of a delivery; retention, which is not asked here, spares what is still to be delivered.
    static func records(
        of pipeline: UUID,
        ids: ClosedRange<Int64>,
        on connection: any SQLConnection
    ) throws -> RecordBytes {
        let rows = try connection.fetch(
            """
            SELECT data FROM pipeline_data WHERE id >= \(ids.lowerBound) AND id <= \(ids.upperBound) \
            AND pipeline_id = \(pipeline) ORDER BY id
            """
        )
        return rows.reduce(into: RecordBytes()) { $0.append($1.bytes(0) ?? []) }
    }

    public func query(_ query: DataQuery, within limits: QueryLimits, now: Timestamp) async throws -> DataResult {
        try await queries.run(query, within: limits, now: now)
    }

    public func ledger(of pipeline: UUID) async throws -> Ledger {
        try await database.read { try RecordStatements.ledger(of: pipeline, on: $0) }
    }
}
