import DashJSON
import DashModel

/// A data query's filter as a condition on records. Values of different kinds are never equal and never ordered.
struct DataFilter {
    private enum Test {
        case time(sign: String, Timestamp)
        case equals(RecordPath, JSONValue)
        case differs(RecordPath, JSONValue)
        case compares(RecordPath, sign: String, JSONValue)
        case isAny(RecordPath, [JSONValue])
        case contains(RecordPath, JSONValue)
        case exists(RecordPath, Bool)
    }

    private let test: Test

    /// nil when the path can't be read or the value doesn't suit the operator.
    init?(_ filter: DataQuery.Filter) {
        if filter.path == "ingested_at" {
            guard let time = filter.value.stringValue.flatMap({ Timestamp(text: $0) }),
                let sign = Self.sign(filter.op)
            else { return nil }
            test = .time(sign: sign, time)
            return
        }
        guard let path = RecordPath(filter.path), !path.steps.isEmpty else { return nil }
        let isOrdered =
            switch filter.value {
            case .number, .string: true
            default: false
            }
        switch filter.op {
        case .eq: test = .equals(path, filter.value)
        case .ne: test = .differs(path, filter.value)
        case .gt, .ge, .lt, .le:
            guard let sign = Self.sign(filter.op), isOrdered else { return nil }
            test = .compares(path, sign: sign, filter.value)
        case .in:
            guard let values = filter.value.arrayValue, values.count <= 1_000 else { return nil }
            test = .isAny(path, values)
        case .contains:
            guard isOrdered else { return nil }
            test = .contains(path, filter.value)
        case .exists: test = .exists(path, filter.value != .bool(false))
        }
    }

    func condition(in dialect: any RecordDialect) -> SQLStatement {
        switch test {
        case .time(let sign, let time): return "ingested_at \(SQLStatement(raw: sign)) \(time)"
        case .equals(let path, let value): return Self.equal(path, value, dialect)
        case .differs(let path, let value): return "NOT coalesce(\(Self.equal(path, value, dialect)), 1 = 0)"
        case .compares(let path, let sign, let value): return dialect.jsonCompares(path, sign, value)
        case .isAny(let path, let values):
            let options = values.map { Self.equal(path, $0, dialect) }
            return options.isEmpty ? "1 = 0" : "(\(options.joined(by: " OR ")))"
        case .contains(let path, let value): return dialect.jsonContains(path, value)
        case .exists(let path, true): return dialect.jsonExists(path)
        case .exists(let path, false): return "NOT (\(dialect.jsonExists(path)))"
        }
    }

    private static func equal(_ path: RecordPath, _ value: JSONValue, _ dialect: any RecordDialect) -> SQLStatement {
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
