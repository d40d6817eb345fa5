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
        try await database.read { connection in
            let oldest = try Retention.oldest(of: pipeline, now: now, on: connection)
            var statement: SQLStatement = """
                SELECT id, ingested_at, data FROM pipeline_data \
                WHERE pipeline_id = \(pipeline) AND ingested_at >= \(oldest)
                """
            if let before {
                statement.append(
                    """
                     AND ingested_at <= \(before.ingestedAt) \
                    AND (ingested_at < \(before.ingestedAt) OR id < \(before.id))
                    """
                )
            }
            statement.append(" ORDER BY ingested_at DESC, id DESC LIMIT \(min(max(limit, 0), 10_000))")
            return try connection.fetch(statement).map { row in
                Record(id: row.int(0) ?? 0, ingestedAt: row.timestamp(1) ?? .epoch, data: (row.bytes(2) ?? [])[...])
            }
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

    public func query(_ query: DataQuery, now: Timestamp) async throws -> DataResult {
        try await queries.run(query, now: now)
    }

    public func ledger(of pipeline: UUID) async throws -> Ledger {
        try await database.read { connection in
            let names = LedgerEntry.allCases.map { SQLStatement.identifier($0.rawValue) }.joined(by: ", ")
            let row = try connection.fetchOne("SELECT \(names) FROM pipeline_counters WHERE pipeline_id = \(pipeline)")
            guard let row else { return Ledger() }
            return LedgerEntry.allCases.enumerated().reduce(into: Ledger()) { ledger, entry in
                ledger[entry.element] = row.int(entry.offset) ?? 0
            }
        }
    }
}
