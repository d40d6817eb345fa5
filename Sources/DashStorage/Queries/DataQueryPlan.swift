import DashJSON
public import DashModel
import FoundationEssentials

/// A data query worked out as one statement, and how to read its answer.
public struct DataQueryPlan: Sendable {
    private let query: DataQuery
    private let dialect: any Dialect
    private let from: Timestamp
    private let to: Timestamp
    private let width: Duration?
    private var columns: [OutputColumn] = []
    private var groups: [SQLStatement] = []
    private var conditions: [SQLStatement] = []
    private let isAggregated: Bool
    private var rollups: RollupPlan?

    /// No answer has more rows.
    public static let maximumRows = 10_000

    /// A plan for what the pipeline is like now: its retention and its roll-ups.
    package init(_ query: DataQuery, now: Timestamp, on connection: any SQLConnection) throws {
        let oldest = try Retention.oldest(of: query.pipeline, now: now, on: connection)
        let ready =
            query.rolledFields == nil ? [] : try RolledFields.ready(of: query.pipeline, on: connection)
        try self.init(query, oldest: oldest, now: now, dialect: connection.dialect, ready: ready)
    }

    /// `oldest` is where the pipeline's retention ends, `ready` are the fields whose roll-ups are complete.
    public init(
        _ query: DataQuery,
        oldest: Timestamp,
        now: Timestamp,
        dialect: any Dialect,
        ready: Set<String> = []
    ) throws(DashError) {
        self.query = query
        self.dialect = dialect
        width = query.bucketWidth
        switch query.range {
        case .last(let duration):
            // The first bucket is shown whole.
            let start = now - duration
            let aligned = width.map { start.floored(to: max(1, $0.microseconds)) } ?? start
            (from, to) = (max(aligned, oldest), now)
        case .between(let start, let end): (from, to) = (max(start, oldest), end)
        }
        isAggregated = query.isAggregated
        // A range that ends now has no end in SQL: what a machine with a faster clock has stored is there, and the newest
        // roll-ups count as they are.
        let end = query.range.isOpenEnded ? nil : to
        conditions = ["pipeline_id = \(query.pipeline)", "ingested_at >= \(from)"]
        if let end { conditions.append("ingested_at < \(end)") }
        for (index, filter) in query.filters.enumerated() {
            let compiled = DataFilter(filter, dialect)?.condition
            guard let compiled else { throw Self.fault("/filters/\(index)", "is not a filter that can be answered") }
            conditions.append(compiled)
        }
        try planColumns()
        rollups = RollupPlan(query, from: from, to: end, ready: ready, dialect)
    }

    /// Runs it on a connection's snapshot.
    public func result(_ connection: any SQLConnection) throws -> DataResult {
        let columns = rollups?.columns ?? columns
        var rows = try connection.fetch(rollups?.statement(isByTime: isByTime, limit: limit) ?? statement)
        // The newest rows are taken, then shown in the order that was asked for.
        if isByTime, query.order == .asc { rows.reverse() }
        let values = try rows.map { row in
            try columns.enumerated().map { try $0.element.kind.value(row, $0.offset) }
        }
        let described = columns.enumerated().map { index, column in
            DataResult.Column(name: column.name, type: column.kind.type(of: values.lazy.map { $0[index] }))
        }
        return DataResult(
            columns: described,
            rows: values,
            bucketWidth: width,
            from: from,
            to: to,
            isRolledUp: rollups != nil
        )
    }

    private var isByTime: Bool { width != nil || !isAggregated }
    private var limit: Int { min(max(query.limit, 1), Self.maximumRows) }

    private var statement: SQLStatement {
        let list = columns.map(\.expression).joined(by: ", ")
        var statement: SQLStatement =
            "SELECT \(list) FROM pipeline_data WHERE \(conditions.joined(by: " AND "))"
        if !groups.isEmpty {
            let places = groups.indices.map { SQLStatement(raw: String($0 + 1)) }
            statement.append(" GROUP BY \(places.joined(by: ", "))")
        }
        if !isAggregated {
            statement.append(raw: " ORDER BY ingested_at DESC, id DESC")
        } else if width != nil {
            let rest = groups.indices.dropFirst().map { SQLStatement(raw: ", \($0 + 1) DESC") }
            statement.append(raw: " ORDER BY 1 DESC")
            statement.append(rest.joined(by: ""))
        } else if let place = orderPlace {
            statement.append(raw: " ORDER BY \(place + 1) \(query.order == .asc ? "ASC" : "DESC")")
        }
        statement.append(" LIMIT \(limit)")
        statement.isReusable = false
        return statement
    }

    /// The first field's column.
    private var orderPlace: Int? { columns.firstIndex { $0.isFirstField } }

    private mutating func planColumns() throws(DashError) {
        if let width {
            let bucket = dialect.bucket(width: max(1, width.microseconds))
            columns.append(OutputColumn(name: "time", expression: bucket, kind: .time))
            groups.append(bucket)
        }
        for (index, text) in query.groupBy.enumerated() {
            guard text != "ingested_at", let path = RecordPath(text) else {
                throw Self.fault("/group_by/\(index)", "is not a path")
            }
            let field = query.fields.firstIndex { $0.path == text && $0.aggregate == nil }
            let expression = dialect.jsonText(path)
            columns.append(
                OutputColumn(
                    name: field.map { query.fields[$0].alias } ?? text,
                    expression: expression,
                    kind: .json,
                    isFirstField: field == 0
                )
            )
            groups.append(expression)
        }
        for (index, field) in query.fields.enumerated()
        where !(field.aggregate == nil && query.groupBy.contains(field.path)) {
            guard let output = FieldOutput(field, isAggregated: isAggregated, dialect) else {
                throw Self.fault("/fields/\(index)/path", "is not a path that can be read")
            }
            columns.append(
                OutputColumn(
                    name: field.alias,
                    expression: output.expression,
                    kind: output.kind,
                    isFirstField: index == 0
                )
            )
        }
        if query.fields.isEmpty, !isAggregated {
            columns.append(OutputColumn(name: "ingested_at", expression: "ingested_at", kind: .time))
            columns.append(OutputColumn(name: "data", expression: "data", kind: .json))
        }
    }

    private static func fault(_ pointer: String, _ message: String) -> DashError {
        DashError(.invalid, "The query is not valid.", issues: [DashError.Issue(pointer: pointer, message: message)])
    }
}
