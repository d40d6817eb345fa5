public import DashModel

/// Where engines spell SQL differently.
public protocol Dialect: Sendable {
    var name: String { get }

    /// The type of a column; a sealed one holds text whatever it was.
    func columnType(_ type: AttributeType, isSealed: Bool) -> String

    /// A case-insensitive match against a pattern with `%` and `_`.
    func like(_ column: SQLStatement, _ pattern: SQLValue) -> SQLStatement

    /// The live columns of a table: name, type, whether it may be null. Empty when there is no such table.
    func columns(of table: String) -> SQLStatement

    /// The JSON text at a path of a record's `data`; null when there is nothing.
    func jsonText(_ path: RecordPath) -> SQLStatement

    /// The kind at a path, in SQLite's words: `integer`, `real`, `text`, `true`, `false`, `null`, `array`, `object`.
    func jsonKind(_ path: RecordPath) -> SQLStatement

    /// The number at a path; null when there is something else.
    func jsonNumber(_ path: RecordPath) -> SQLStatement

    /// The string at a path; null when there is something else.
    func jsonString(_ path: RecordPath) -> SQLStatement

    /// Whether the array at a path has the value, or the string at it the text.
    func jsonContains(_ path: RecordPath, _ value: SQLValue) -> SQLStatement

    /// The start, in microseconds, of the bucket that a record's time lies in.
    func bucket(width: Int64) -> SQLStatement

    /// The value below which the fraction of all values lies.
    func percentile(_ value: SQLStatement, _ fraction: Double) -> SQLStatement

    /// The newest or oldest row's value that is not null, by the columns `ingested_at` and `id` of what is read; of any
    /// type that a column has.
    func edge(_ value: SQLStatement, newest: Bool) -> SQLStatement

    /// What ends a SELECT that holds its rows against every other transaction that writes or refers to them.
    var rowLock: SQLStatement { get }
}

extension Dialect {
    public var rowLock: SQLStatement { " FOR UPDATE" }
}
