import DashModel
public import FoundationEssentials

extension SQLRollupStore {
    public func fill(_ field: String, of pipeline: UUID, limit: Int) async throws -> Bool {
        guard let known = RolledFields.Field(field) else { return false }
        return try await database.write { connection in
            let row: SQLStatement = "pipeline_id = \(pipeline) AND field = \(field)"
            // Holds the row, where rows are held: two that fill the same field do so one after the other.
            let held = try connection.execute(
                """
                UPDATE rolled_fields SET state = 'filling' \
                WHERE \(row) AND state = 'filling' AND NOT has_other_values
                """
            )
            let place = try connection.fetchOne("SELECT boundary_id, filled_to FROM rolled_fields WHERE \(row)")
            guard held > 0, let place, let boundary = place.int(0) else { return false }
            var stretch: SQLStatement = "pipeline_id = \(pipeline) AND id < \(boundary)"
            if let end = place.timestamp(1) { stretch.append(" AND ingested_at < \(end)") }
            let start = try connection.fetchOne(
                """
                SELECT ingested_at FROM pipeline_data WHERE \(stretch) \
                ORDER BY ingested_at DESC LIMIT 1 OFFSET \(max(limit, 1))
                """
            )?.timestamp(0)
            if let start { stretch.append(" AND ingested_at >= \(start)") }
            guard let minutes = try minutes(of: known, within: stretch, on: connection) else {
                try connection.execute(RolledFields.mark(pipeline, field))
                return false
            }
            var rows = RollupRows()
            for (minute, summary) in minutes { rows.add(summary, pipeline: pipeline, field: field, at: minute) }
            try connection.execute(all: rows.statements())
            if let start {
                try connection.execute("UPDATE rolled_fields SET filled_to = \(start) WHERE \(row)")
            } else {
                try connection.execute("UPDATE rolled_fields SET state = 'ready' WHERE \(row)")
            }
            return start != nil
        }
    }

    /// What the rows come to minute by minute; nil when the field holds more than numbers there.
    private func minutes(
        of field: RolledFields.Field,
        within stretch: SQLStatement,
        on connection: any SQLConnection
    ) throws -> [(Timestamp, RollupSummary)]? {
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
