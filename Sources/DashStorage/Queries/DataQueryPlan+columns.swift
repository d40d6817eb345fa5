import DashModel

extension DataQueryPlan {
    /// The bucket, the groups, then the fields that are no groups.
    static func columns(of query: DataQuery, _ dialect: any RecordDialect) throws(DashError) -> [OutputColumn] {
        var columns: [OutputColumn] = []
        if let width = query.bucketWidth {
            let bucket = dialect.bucket(width: max(1, width.microseconds))
            columns.append(OutputColumn(name: "time", expression: bucket, kind: .time, role: .time))
        }
        for (index, text) in query.groupBy.enumerated() {
            guard text != "ingested_at", let path = RecordPath(text), !path.steps.isEmpty else {
                throw fault("/group_by/\(index)", "is not a path")
            }
            let field = query.fields.firstIndex { $0.path == text && $0.aggregate == nil }
            columns.append(
                OutputColumn(
                    name: field.map { query.fields[$0].alias } ?? text,
                    expression: dialect.jsonKey(path),
                    kind: .json,
                    role: .group,
                    isFirstField: field == 0
                )
            )
        }
        for (index, field) in query.fields.enumerated()
        where !(field.aggregate == nil && query.groupBy.contains(field.path)) {
            guard let output = FieldOutput(field, isAggregated: query.isAggregated, dialect) else {
                throw fault("/fields/\(index)/path", "is not a path that can be read")
            }
            let isMoment = field.path == "ingested_at" && !query.isAggregated
            columns.append(
                OutputColumn(
                    name: field.alias,
                    expression: output.expression,
                    kind: output.kind,
                    role: isMoment ? .time : .measure,
                    isFirstField: index == 0
                )
            )
        }
        if query.fields.isEmpty, !query.isAggregated {
            columns.append(OutputColumn(name: "ingested_at", expression: "ingested_at", kind: .time, role: .time))
            columns.append(OutputColumn(name: "data", expression: "data", kind: .json, role: .measure))
        }
        return columns
    }
}
