package import DashModel
package import FoundationEssentials

/// What both engines ask alike about records.
package enum RecordStatements {
    /// A keyset page, newest first; what retention has ended is not in it.
    package static func page(
        of pipeline: UUID,
        before: RecordPosition?,
        limit: Int,
        now: Timestamp,
        on connection: any SQLConnection
    ) throws -> [Record] {
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

    /// The pipeline's counters as they stand in their row.
    package static func ledger(of pipeline: UUID, on connection: any SQLConnection) throws -> Ledger {
        let names = LedgerEntry.allCases.map { SQLStatement.identifier($0.rawValue) }.joined(by: ", ")
        let row = try connection.fetchOne("SELECT \(names) FROM pipeline_counters WHERE pipeline_id = \(pipeline)")
        guard let row else { return Ledger() }
        return LedgerEntry.allCases.enumerated().reduce(into: Ledger()) { ledger, entry in
            ledger[entry.element] = row.int(entry.offset) ?? 0
        }
    }
}
