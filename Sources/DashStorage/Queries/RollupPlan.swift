import DashModel

/// A data query worked out on roll-ups. Its answer is that of the rows.
///
/// Every roll-up, and every row where roll-ups are too wide, becomes a line of one form: which field it is of (`slot`),
/// what it adds, and its newest number with that number's place. A field whose first number is asked for has lines of a
/// second slot with its oldest. The columns then take each from its own slot.
struct RollupPlan: Sendable {
    let columns: [OutputColumn]
    private let lines: SQLStatement

    /// nil when the query needs the rows. `to` is nil for a range that has no end.
    init?(_ query: DataQuery, from: Timestamp, to: Timestamp?, ready: Set<String>, _ dialect: any RecordDialect) {
        guard let names = query.rolledFields, names.isSubset(of: ready), let widest = query.rollupWidth else {
            return nil
        }
        let cover = RollupCover(from: from, to: to, widest: widest)
        guard !cover.isRaw else { return nil }
        let outputs = query.fields.compactMap(RolledOutput.init)
        let firsts = Set(outputs.filter { $0.aggregate == .first }.map(\.name))
        var slots: [String: Int] = [:]
        var lines: [SQLStatement] = []
        for (place, name) in names.sorted().enumerated() {
            slots[name] = place * 2
            let field = Lines(query: query, name: name, slot: place * 2, dialect: dialect)
            for segment in cover.segments {
                lines.append(field.sums(of: segment))
                if firsts.contains(name) { lines.append(field.firsts(of: segment)) }
            }
        }
        self.lines = lines.joined(by: " UNION ALL ")
        var columns: [OutputColumn] = []
        if let width = query.bucketWidth {
            let bucket = dialect.bucket(width: max(1, width.microseconds))
            columns.append(OutputColumn(name: "time", expression: bucket, kind: .time, role: .time))
        }
        for (field, output) in zip(query.fields, outputs) {
            let isEdge = output.aggregate == .first || output.aggregate == .last
            columns.append(
                OutputColumn(
                    name: field.alias,
                    expression: Self.expression(output, slot: slots[output.name] ?? 0, dialect),
                    kind: isEdge ? .rolled : .number,
                    role: .measure
                )
            )
        }
        self.columns = columns
    }

    /// The newest rows of the answer first.
    func statement(isByTime: Bool, limit: Int) -> SQLStatement {
        let list = columns.map(\.expression).joined(by: ", ")
        var statement: SQLStatement = "SELECT \(list) FROM (\(lines)) AS lines"
        if isByTime { statement.append(raw: " GROUP BY 1 ORDER BY 1 DESC") }
        statement.append(" LIMIT \(limit)")
        statement.isReusable = false
        return statement
    }

    private static func expression(_ output: RolledOutput, slot: Int, _ dialect: any RecordDialect) -> SQLStatement {
        func only(_ column: String, _ slot: Int) -> SQLStatement {
            SQLStatement(raw: "CASE WHEN slot = \(slot) THEN \(column) END")
        }
        return switch output.aggregate {
        case .count: "coalesce(sum(\(only("amount", slot))), 0)"
        case .sum: "sum(\(only("total", slot)))"
        case .avg: "sum(\(only("total", slot))) / nullif(sum(\(only("amount", slot))), 0)"
        case .min: "min(\(only("lowest", slot)))"
        case .max: "max(\(only("highest", slot)))"
        case .first: dialect.edge(only("edge", slot + 1), newest: false)
        case .last, .p50, .p95, .p99: dialect.edge(only("edge", slot), newest: true)
        }
    }

    /// The lines of one field.
    private struct Lines {
        let query: DataQuery
        let name: String
        let slot: Int
        let dialect: any RecordDialect

        private static let nothing: SQLStatement = "CAST(NULL AS double precision)"

        func sums(of segment: RollupCover.Segment) -> SQLStatement {
            guard let width = segment.width else { return rows(segment, slot: slot, addsUp: true) }
            return """
                SELECT \(SQLStatement(raw: "\(slot)")) AS slot, count AS amount, sum AS total, min AS lowest, \
                max AS highest, "last" AS edge, coalesce(last_at, bucket) AS ingested_at, coalesce(last_id, 0) AS id \
                FROM field_rollups WHERE \(condition(width, segment))
                """
        }

        func firsts(of segment: RollupCover.Segment) -> SQLStatement {
            let slot = slot + 1
            guard let width = segment.width else { return rows(segment, slot: slot, addsUp: false) }
            return """
                SELECT \(SQLStatement(raw: "\(slot)")) AS slot, 0 AS amount, \(Self.nothing) AS total, \
                \(Self.nothing) AS lowest, \(Self.nothing) AS highest, "first" AS edge, \
                coalesce(first_at, bucket) AS ingested_at, coalesce(first_id, 0) AS id \
                FROM field_rollups WHERE \(condition(width, segment))
                """
        }

        private func condition(_ width: RollupWidth, _ segment: RollupCover.Segment) -> SQLStatement {
            """
            pipeline_id = \(query.pipeline) AND field = \(name) AND width = \(width.rawValue) \
            AND \(segment.condition("bucket"))
            """
        }

        /// Each row as a line.
        private func rows(_ segment: RollupCover.Segment, slot: Int, addsUp: Bool) -> SQLStatement {
            let path = name == RolledFields.records ? nil : RecordPath(name)
            let number = path.map(dialect.jsonNumber) ?? Self.nothing
            let amount: SQLStatement =
                !addsUp ? "0" : path == nil ? "1" : "CASE WHEN number IS NULL THEN 0 ELSE 1 END"
            let value: SQLStatement = addsUp ? "number" : Self.nothing
            return """
                SELECT \(SQLStatement(raw: "\(slot)")) AS slot, \(amount) AS amount, \(value) AS total, \
                \(value) AS lowest, \(value) AS highest, number AS edge, ingested_at, id \
                FROM (SELECT ingested_at, id, \(number) AS number FROM pipeline_data \
                WHERE pipeline_id = \(query.pipeline) AND \(segment.condition("ingested_at"))) AS records
                """
        }
    }
}
