public import DashJSON

/// Where engines spell SQL differently.
public protocol Dialect: Sendable {
    var name: String { get }

    /// The type of a new column.
    func columnType(_ column: ColumnType) -> String

    /// What must be there before a column of the type can be: an enumeration's own type, where the engine has such.
    func typeDefinition(_ column: ColumnType) -> SQLStatement?

    /// Whether a live column of the type can be what is declared.
    func accepts(_ liveType: String, for column: ColumnType) -> Bool

    /// What follows the expression of a column that the database computes.
    var generatedStorage: String { get }

    /// How a sealed text is bound.
    func sealed(_ text: String) -> SQLValue

    /// The sealed text in a cell.
    func sealedText(_ row: SQLRow, _ index: Int) -> String?

    /// Held until its transaction ends, it makes nodes that start together migrate one after the other.
    var migrationLock: SQLStatement? { get }

    /// The tables of records, and what the engine keeps beside them.
    var recordTables: [any SchemaChange] { get }

    /// A case-insensitive match against a pattern with `%` and `_`.
    func like(_ column: SQLStatement, _ pattern: SQLValue) -> SQLStatement

    /// The live columns of a table: name, type, whether it may be null. Empty when there is no such table.
    func columns(of table: String) -> SQLStatement

    /// The JSON at a path of a record's `data`; null when there is nothing.
    func jsonText(_ path: RecordPath) -> SQLStatement

    /// The kind at a path, in SQLite's words: `integer`, `real`, `text`, `true`, `false`, `null`, `array`, `object`.
    func jsonKind(_ path: RecordPath) -> SQLStatement

    /// The number at a path; null when there is something else.
    func jsonNumber(_ path: RecordPath) -> SQLStatement

    /// The string at a path, ordered by its bytes; null when there is something else.
    func jsonString(_ path: RecordPath) -> SQLStatement

    /// A number that `jsonNumber` is compared with.
    func number(_ number: JSONNumber) -> SQLStatement

    /// Whether the value at a path is this one, which is no null; what has another kind differs.
    func jsonEquals(_ path: RecordPath, _ value: JSONValue) -> SQLStatement

    /// Whether the array at a path has the text or number, or the string at it the text.
    func jsonContains(_ path: RecordPath, _ value: JSONValue) -> SQLStatement

    /// The start of the bucket that a record's time lies in; buckets are counted from 1970 on.
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
