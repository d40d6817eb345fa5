import DashModel

/// How a field of a data query is computed.
struct FieldOutput {
    let expression: SQLStatement
    let kind: OutputColumn.Kind

    /// nil for a path that can't be read, or an aggregate that has no meaning there.
    init?(_ field: DataQuery.Field, isAggregated: Bool, _ dialect: any RecordDialect) {
        // In an aggregated answer a bare field shows its newest value.
        let aggregate = field.aggregate ?? (isAggregated ? .last : nil)
        if field.path == "*" || field.path == "$" {
            guard aggregate == .count || aggregate == nil else { return nil }
            expression = aggregate == .count ? "count(*)" : "data"
            kind = aggregate == .count ? .number : .json
            return
        }
        if field.path == "ingested_at" {
            switch aggregate {
            case nil: expression = "ingested_at"
            case .min?, .first?: expression = "min(ingested_at)"
            case .max?, .last?: expression = "max(ingested_at)"
            case .count?:
                expression = "count(*)"
                kind = .number
                return
            default: return nil
            }
            kind = .time
            return
        }
        guard let path = RecordPath(field.path) else { return nil }
        if path.steps.isEmpty { return nil }
        let number = dialect.jsonNumber(path)
        switch aggregate {
        case nil: expression = dialect.jsonText(path)
        case .first?: expression = dialect.edge(Self.present(path, dialect), newest: false)
        case .last?: expression = dialect.edge(Self.present(path, dialect), newest: true)
        case .count?: expression = "count(\(Self.present(path, dialect)))"
        case .sum?: expression = "sum(\(number))"
        case .avg?: expression = dialect.average(number)
        case .min?: expression = "min(\(dialect.jsonExtreme(path)))"
        case .max?: expression = "max(\(dialect.jsonExtreme(path)))"
        case .p50?: expression = dialect.percentile(number, 0.5)
        case .p95?: expression = dialect.percentile(number, 0.95)
        case .p99?: expression = dialect.percentile(number, 0.99)
        }
        kind = aggregate == nil || aggregate == .first || aggregate == .last ? .json : .number
    }

    /// The JSON text of a value that is there and is not null.
    private static func present(_ path: RecordPath, _ dialect: any RecordDialect) -> SQLStatement {
        "(CASE WHEN NOT (\(dialect.jsonIsNull(path))) THEN \(dialect.jsonText(path)) END)"
    }
}
