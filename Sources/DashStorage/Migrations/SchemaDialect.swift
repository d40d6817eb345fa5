/// Where engines spell a schema differently: types, what is declared with them, and the tables that are an engine's own.
public protocol SchemaDialect: Dialect {
    /// The type of a new column.
    func columnType(_ column: ColumnType) -> String

    /// What must be there before a column of the type can be: an enumeration's own type, where the engine has such.
    func typeDefinition(_ column: ColumnType) -> SQLStatement?

    /// Whether a live column of the type can be what is declared.
    func accepts(_ liveType: String, for column: ColumnType) -> Bool

    /// What follows the expression of a column that the database computes.
    var generatedStorage: String { get }

    /// Held until its transaction ends, it makes nodes that start together migrate one after the other.
    var migrationLock: SQLStatement? { get }

    /// The tables of records, and what the engine keeps beside them.
    var recordTables: [any SchemaChange] { get }

    /// The live columns of a table: name, type, whether it may be null. Empty when there is no such table.
    func columns(of table: String) -> SQLStatement

    /// What the engine needs to have made for `jsonKey` and `jsonOrder`.
    var jsonFunctions: [any SchemaChange] { get }
}

extension SchemaDialect {
    public var jsonFunctions: [any SchemaChange] { [] }
}
