import DashJSON
import DashModel

/// A data query's filter as a condition on records. Values of different kinds are never equal and never ordered.
struct DataFilter {
    let condition: SQLStatement

    /// nil when the path can't be read or the value doesn't suit the operator.
    init?(_ filter: DataQuery.Filter, _ dialect: any Dialect) {
        if filter.path == "ingested_at" {
            guard let time = filter.value.stringValue.flatMap({ Timestamp(text: $0) }),
                let sign = Self.sign(filter.op)
            else { return nil }
            condition = "ingested_at \(SQLStatement(raw: sign)) \(time)"
            return
        }
        guard let path = RecordPath(filter.path), !path.steps.isEmpty else { return nil }
        switch filter.op {
        case .eq: condition = Self.equal(path, filter.value, dialect)
        case .ne: condition = "NOT coalesce(\(Self.equal(path, filter.value, dialect)), 1 = 0)"
        case .gt, .ge, .lt, .le:
            guard let sign = Self.sign(filter.op) else { return nil }
            switch filter.value {
            case .number, .string: condition = dialect.jsonCompares(path, sign, filter.value)
            default: return nil
            }
        case .in:
            guard let values = filter.value.arrayValue, values.count <= 1_000 else { return nil }
            let options = values.map { Self.equal(path, $0, dialect) }
            condition = options.isEmpty ? "1 = 0" : "(\(options.joined(by: " OR ")))"
        case .contains:
            switch filter.value {
            case .string, .number: condition = dialect.jsonContains(path, filter.value)
            default: return nil
            }
        case .exists:
            let isThere = filter.value != .bool(false)
            condition = isThere ? dialect.jsonExists(path) : "NOT (\(dialect.jsonExists(path)))"
        }
    }

    private static func equal(_ path: RecordPath, _ value: JSONValue, _ dialect: any Dialect) -> SQLStatement {
        value.isNull ? dialect.jsonIsNull(path) : dialect.jsonEquals(path, value)
    }

    private static func sign(_ op: DataQuery.Filter.Operator) -> String? {
        switch op {
        case .eq: "="
        case .ne: "<>"
        case .gt: ">"
        case .ge: ">="
        case .lt: "<"
        case .le: "<="
        case .in, .contains, .exists: nil
        }
    }
}
