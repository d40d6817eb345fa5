/// A column more in a table that exists. One that may not be null needs a default.
public struct AddColumn: SchemaChange {
    var table: String
    var column: ColumnDefinition

    public init(_ table: String, _ column: ColumnDefinition) {
        self.table = table
        self.column = column
    }

    public func statements(_ dialect: any SchemaDialect) -> [SQLStatement] {
        [dialect.typeDefinition(column.columnType(in: table))].compactMap(\.self)
            + ["ALTER TABLE \(identifier: table) ADD COLUMN \(column.sql(dialect, in: table))"]
    }
}
