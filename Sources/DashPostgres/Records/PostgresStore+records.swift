public import DashModel
public import DashStorage
public import FoundationEssentials

extension PostgresStore {
    /// More gain nothing: the server is busy with two, and each group gets smaller.
    public var concurrentCommits: Int { 2 }

    public func commit(_ group: [BatchCommit]) async throws -> [CommitOutcome] {
        guard !group.isEmpty else { return [] }
        let now = clock.now
        let (outcomes, note) = try await database.writeConnection { [log = posting.log] connection in
            try GroupCommit(connection: connection, log: log, now: now).run(group)
        }
        if let note { posting.log.committed(note) }
        return outcomes
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
        try await database.readConnection { connection in
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

    /// The records of a delivery, found by the one time at which they came. Retention, which is not asked here, spares
    /// what is still to be delivered.
    static func records(
        of pipeline: UUID,
        ids: ClosedRange<Int64>,
        at time: Timestamp,
        on connection: any SQLConnection
    ) throws -> RecordBytes {
        let rows = try connection.fetch(
            """
            SELECT data FROM pipeline_data WHERE pipeline_id = \(pipeline) AND ingested_at = \(time) \
            AND id >= \(ids.lowerBound) AND id <= \(ids.upperBound) ORDER BY id
            """
        )
        return rows.reduce(into: RecordBytes()) { $0.append($1.bytes(0) ?? []) }
    }

    public func query(_ query: DataQuery, now: Timestamp) async throws -> DataResult {
        try await database.readConnection(within: Self.queryLimit) { connection in
            try DataQueryPlan(query, now: now, on: connection).result(connection)
        }
    }

    /// How long a data query may take.
    private static let queryLimit = Duration.seconds(10)

    public func ledger(of pipeline: UUID) async throws -> Ledger {
        try await posting.post(.all)
        return try await database.read { connection in
            let names = LedgerEntry.allCases.map { SQLStatement.identifier($0.rawValue) }.joined(by: ", ")
            let row = try connection.fetchOne("SELECT \(names) FROM pipeline_counters WHERE pipeline_id = \(pipeline)")
            guard let row else { return Ledger() }
            return LedgerEntry.allCases.enumerated().reduce(into: Ledger()) { ledger, entry in
                ledger[entry.element] = row.int(entry.offset) ?? 0
            }
        }
    }
}
