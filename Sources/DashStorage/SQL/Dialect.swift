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

    /// What the engine needs to have made for `jsonKey` and `jsonOrder`.
    var jsonFunctions: [any SchemaChange] { get }

    /// What ends a SELECT that holds its rows against every other transaction that writes or refers to them.
    var rowLock: SQLStatement { get }

    /// What ends a SELECT that holds its rows against every other transaction that writes them; others may refer to them.
    var changeLock: SQLStatement { get }
}

extension Dialect {
    public var rowLock: SQLStatement { " FOR UPDATE" }
    public var changeLock: SQLStatement { " FOR NO KEY UPDATE" }
    public var jsonFunctions: [any SchemaChange] { [] }
}
