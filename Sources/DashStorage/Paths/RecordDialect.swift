public import DashJSON

/// Where engines spell questions about records differently: what lies at a path of their `data`, and sums over them.
public protocol RecordDialect: Dialect {
    /// The JSON at a path of a record's `data`; null when there is nothing.
    func jsonText(_ path: RecordPath) -> SQLStatement

    /// The canonical text at a path: equal values have equal texts; `null` when there is nothing.
    func jsonKey(_ path: RecordPath) -> SQLStatement

    /// Whether there is a value at a path, be it null.
    func jsonExists(_ path: RecordPath) -> SQLStatement

    /// Whether the value at a path is null or missing.
    func jsonIsNull(_ path: RecordPath) -> SQLStatement

    /// The number at a path, to be added up; null when there is something else.
    func jsonNumber(_ path: RecordPath) -> SQLStatement

    /// The number at a path, to be compared: exact as far as 64 bits or a double hold it.
    func jsonExtreme(_ path: RecordPath) -> SQLStatement

    /// Whether the value at a path is a number or text for which the comparison with another one holds, exactly; texts
    /// go by their code points. The sign is one of `<`, `<=`, `>`, `>=`.
    func jsonCompares(_ path: RecordPath, _ sign: String, _ value: JSONValue) -> SQLStatement

    /// Whether the value at a path is this one, which is no null; what has another kind differs.
    func jsonEquals(_ path: RecordPath, _ value: JSONValue) -> SQLStatement

    /// The terms of ORDER BY that put a column of numbers into order as far as an answer tells them apart: whole ones of
    /// 64 bits exactly, others as doubles. Null is less than all.
    func numberOrder(_ column: SQLStatement, descending: Bool) -> SQLStatement

    /// The terms of ORDER BY that put a column of JSON into the one order of all values.
    func jsonOrder(_ column: SQLStatement, descending: Bool) -> SQLStatement

    /// Whether the array at a path has the text or number, or the string at it the text.
    func jsonContains(_ path: RecordPath, _ value: JSONValue) -> SQLStatement

    /// The start of the bucket that a record's time lies in; buckets are counted from 1970 on.
    func bucket(width: Int64) -> SQLStatement

    /// The average of numbers; nothing, or an infinity, where their sum is beyond a double.
    func average(_ value: SQLStatement) -> SQLStatement

    /// The value below which the fraction of all values lies.
    func percentile(_ value: SQLStatement, _ fraction: Double) -> SQLStatement

    /// The newest or oldest row's value that is not null, by the columns `ingested_at` and `id` of what is read; of any
    /// type that a column has.
    func edge(_ value: SQLStatement, newest: Bool) -> SQLStatement
}
