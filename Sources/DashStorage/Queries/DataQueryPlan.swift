import DashJSON
public import DashModel
import FoundationEssentials

/// A data query worked out as statements, and how to read their answer.
public struct DataQueryPlan: Sendable {
    let query: DataQuery
    let dialect: any RecordDialect
    let from: Timestamp
    let to: Timestamp
    let oldest: Timestamp
    let width: Duration?
    let columns: [OutputColumn]
    let conditions: [SQLStatement]
    let rollups: RollupPlan?

    /// No answer has more rows.
    public static let maximumRows = 10_000

    /// A plan for what the pipeline is like now: its retention and its roll-ups.
    package init(
        _ query: DataQuery,
        now: Timestamp,
        in dialect: any RecordDialect,
        on connection: any SQLConnection
    ) throws {
        let oldest = try Retention.oldest(of: query.pipeline, now: now, on: connection)
        let ready =
            query.rolledFields == nil ? [] : try RolledFields.ready(of: query.pipeline, on: connection)
        try self.init(query, oldest: oldest, now: now, dialect: dialect, ready: ready)
    }

    /// `oldest` is where the pipeline's retention ends, `ready` are the fields whose roll-ups are complete.
    public init(
        _ query: DataQuery,
        oldest: Timestamp,
        now: Timestamp,
        dialect: any RecordDialect,
        ready: Set<String> = []
    ) throws(DashError) {
        self.query = query
        self.dialect = dialect
        self.oldest = oldest
        width = query.bucketWidth
        switch query.range {
        case .last(let duration):
            // The first bucket is shown whole.
            let start = now - duration
            let aligned = width.map { start.floored(to: max(1, $0.microseconds)) } ?? start
            (from, to) = (max(aligned, oldest), now)
        case .between(let start, let end): (from, to) = (max(start, oldest), end)
        }
        // A range that ends now has no end in SQL: what a machine with a faster clock has stored is there, and the newest
        // roll-ups count as they are.
        let end = query.range.isOpenEnded ? nil : to
        var conditions: [SQLStatement] = ["pipeline_id = \(query.pipeline)", "ingested_at >= \(from)"]
        if let end { conditions.append("ingested_at < \(end)") }
        for (index, filter) in query.filters.enumerated() {
            let compiled = DataFilter(filter)?.condition(in: dialect)
            guard let compiled else { throw Self.fault("/filters/\(index)", "is not a filter that can be answered") }
            conditions.append(compiled)
        }
        self.conditions = conditions
        columns = try Self.columns(of: query, dialect)
        rollups = RollupPlan(query, from: from, to: end, ready: ready, dialect)
    }

    /// Runs it on a connection's snapshot.
    public func result(_ connection: any SQLConnection) throws -> DataResult {
        let columns = rollups?.columns ?? columns
        let answer = try answer(on: connection)
        let values = try answer.rows.map { row in
            try columns.enumerated().map { try $0.element.kind.value(row, $0.offset) }
        }
        let described = columns.enumerated().map { index, column in
            DataResult.Column(
                name: column.name,
                type: column.kind.type(of: values.lazy.map { $0[index] }),
                role: column.role
            )
        }
        return DataResult(
            columns: described,
            rows: values,
            bucketWidth: width,
            from: from,
            to: to,
            isRolledUp: rollups != nil,
            isTruncated: answer.isTruncated,
            groups: answer.groups,
            asOf: try newest(on: connection)
        )
    }

    /// Rows in the order that was asked for, and what is not among them.
    struct Answer {
        var rows: [SQLRow]
        var isTruncated: Bool
        var groups: DataResult.Groups?
    }

    private func answer(on connection: any SQLConnection) throws -> Answer {
        if !query.groupBy.isEmpty {
            return try width == nil ? groups(on: connection) : series(on: connection)
        }
        // One more than is shown tells whether there are more.
        let statement = rollups?.statement(isByTime: isByTime, limit: limit + 1) ?? ungrouped(limit: limit + 1)
        var rows = try connection.fetch(statement)
        let isTruncated = rows.count > limit
        if isTruncated { rows.removeLast(rows.count - limit) }
        // The newest rows are taken, then shown in the order that was asked for.
        if isByTime, query.order == .asc { rows.reverse() }
        return Answer(rows: rows, isTruncated: isTruncated)
    }

    private var isByTime: Bool { width != nil || !query.isAggregated }
    var limit: Int { min(max(query.limit, 1), Self.maximumRows) }

    private func ungrouped(limit: Int) -> SQLStatement {
        let list = columns.map(\.expression).joined(by: ", ")
        var statement: SQLStatement = "SELECT \(list) FROM pipeline_data WHERE \(conditions.joined(by: " AND "))"
        if !query.isAggregated {
            statement.append(raw: " ORDER BY ingested_at DESC, id DESC")
        } else if width != nil {
            statement.append(raw: " GROUP BY 1 ORDER BY 1 DESC")
        }
        statement.append(" LIMIT \(limit)")
        statement.isReusable = false
        return statement
    }

    /// When the newest record before the end of the range came. Most often that was a moment ago, and a narrow search
    /// spares the engine a look at everything older.
    private func newest(on connection: any SQLConnection) throws -> Timestamp? {
        for start in [to - .seconds(3_600), to - .seconds(86_400), oldest] {
            var statement: SQLStatement = """
                SELECT ingested_at FROM pipeline_data \
                WHERE pipeline_id = \(query.pipeline) AND ingested_at >= \(max(start, oldest))
                """
            if !query.range.isOpenEnded { statement.append(" AND ingested_at < \(to)") }
            statement.append(raw: " ORDER BY ingested_at DESC LIMIT 1")
            if let time = try connection.fetchOne(statement)?.timestamp(0) { return time }
            if start <= oldest { break }
        }
        return nil
    }

    static func fault(_ pointer: String, _ message: String) -> DashError {
        DashError(.invalid, "The query is not valid.", issues: [DashError.Issue(pointer: pointer, message: message)])
    }
}
