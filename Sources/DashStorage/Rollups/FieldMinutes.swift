import DashModel

/// Adds up a field's numbers by minute, in SQL.
package struct FieldMinutes {
    let field: RolledFields.Field
    let dialect: any RecordDialect

    package init(_ field: RolledFields.Field, in dialect: any RecordDialect) {
        self.field = field
        self.dialect = dialect
    }

    package func read(_ stretch: FillStretch, on connection: any SQLConnection) throws -> FilledMinutes {
        var rows: SQLStatement = "pipeline_id = \(stretch.pipeline) AND id < \(stretch.below)"
        if let end = stretch.before { rows.append(" AND ingested_at < \(end)") }
        let start = try connection.fetchOne(
            """
            SELECT ingested_at FROM pipeline_data WHERE \(rows) \
            ORDER BY ingested_at DESC LIMIT 1 OFFSET \(stretch.limit)
            """
        )?.timestamp(0)
        if let start { rows.append(" AND ingested_at >= \(start)") }
        return FilledMinutes(summaries: try summaries(within: rows, on: connection), start: start)
    }

    private func summaries(
        within stretch: SQLStatement,
        on connection: any SQLConnection
    ) throws -> [(minute: Timestamp, summary: RollupSummary)]? {
        let minute = dialect.bucket(width: RollupWidth.minute.microseconds)
        guard let path = field.path else {
            let rows = try connection.fetch(
                "SELECT \(minute), count(*) FROM pipeline_data WHERE \(stretch) GROUP BY 1"
            )
            return rows.compactMap { row in row.timestamp(0).map { ($0, RollupSummary(records: row.int(1) ?? 0)) } }
        }
        let time: SQLStatement = "CASE WHEN n IS NOT NULL THEN ingested_at END"
        let id: SQLStatement = "CASE WHEN n IS NOT NULL THEN id END"
        let edges = [false, true].flatMap { newest in
            ["n", time, id].map { dialect.edge($0, newest: newest) }
        }
        // Kept apart, so that each record's text is read once and not for every column.
        var statement: SQLStatement = """
            WITH numbers AS MATERIALIZED (SELECT ingested_at, id, \(dialect.jsonNumber(path)) AS n, \
            CASE WHEN NOT (\(dialect.jsonIsNull(path))) THEN 1 END AS present FROM pipeline_data WHERE \(stretch)) \
            SELECT \(minute), count(n), count(present), sum(n), min(n), max(n), \(edges.joined(by: ", ")), \
            min(CASE WHEN n <> 0 THEN abs(n) END) \
            FROM numbers GROUP BY 1
            """
        statement.isReusable = false
        let rows = try connection.fetch(statement)
        let isPure = rows.allSatisfy { row in
            let isInBounds = [4, 5].allSatisfy { abs(row.double($0) ?? 0) <= RecordNumbers.largest }
            return row.int(1) == row.int(2) && isInBounds
                && !(row.double(12).map { $0 < RecordNumbers.smallest } ?? false)
        }
        return isPure ? rows.compactMap(Self.summary) : nil
    }

    private static func summary(_ row: SQLRow) -> (Timestamp, RollupSummary)? {
        func edge(_ index: Int) -> RollupSummary.Edge? {
            guard let value = row.double(index), let at = row.timestamp(index + 1), let id = row.int(index + 2) else {
                return nil
            }
            return RollupSummary.Edge(value, at: at, id: id)
        }
        guard let minute = row.timestamp(0) else { return nil }
        var summary = RollupSummary(records: row.int(1) ?? 0)
        (summary.sum, summary.min, summary.max) = (row.double(3), row.double(4), row.double(5))
        (summary.first, summary.last) = (edge(6), edge(9))
        return (minute, summary)
    }
}
