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
        try await database.read {
            try RecordStatements.page(of: pipeline, before: before, limit: limit, now: now, on: $0)
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

    public func query(_ query: DataQuery, within limits: QueryLimits, now: Timestamp) async throws -> DataResult {
        // The server ends it as well, in case this node is gone by then.
        let timeout = limits.time.microseconds / 1_000 + 1_000
        return try await database.readConnection(within: limits.time) { connection in
            connection.postpone([
                PostgresCommand("SET LOCAL statement_timeout = \(timeout)"),
                PostgresCommand("SET LOCAL max_parallel_workers_per_gather = \(limits.workers)"),
            ])
            do {
                let plan = try DataQueryPlan(query, now: now, in: PostgresDialect(), on: connection)
                try plan.check(limits, on: connection)
                return try plan.result(connection)
            } catch let error as SQLError where error.code == .interrupted {
                throw DashError(.invalid, limits.overtime)
            }
        }
    }

    public func ledger(of pipeline: UUID) async throws -> Ledger {
        try await posting.post(.all)
        return try await database.read { try RecordStatements.ledger(of: pipeline, on: $0) }
    }
}
