/// A new table.
public struct CreateTable: SchemaChange {
    package private(set) var name: String
    package private(set) var columns: [ColumnDefinition]
    package private(set) var primaryKey: [String]
    package private(set) var unique: [[String]]

    /// `unique` names column sets that no two rows share.
    public init(_ name: String, primaryKey: [String] = ["id"], unique: [[String]] = [], _ columns: [ColumnDefinition]) {
        self.name = name
        self.columns = columns
        self.primaryKey = primaryKey
        self.unique = unique
    }

    public func statements(_ dialect: any SchemaDialect) -> [SQLStatement] {
        var lines = columns.map { $0.sql(dialect, in: name) }
        if !primaryKey.isEmpty { lines.append("PRIMARY KEY \(Self.list(primaryKey))") }
        lines += unique.map { "UNIQUE \(Self.list($0))" }
        return columns.compactMap { dialect.typeDefinition($0.columnType(in: name)) }
            + ["CREATE TABLE \(identifier: name) (\n    \(lines.joined(by: ",\n    "))\n)"]
    }

    static func list(_ names: [String]) -> SQLStatement { "(\(names.map(SQLStatement.identifier).joined(by: ", ")))" }
}
