/// A new index.
public struct CreateIndex: SchemaChange {
    var name: String
    var table: String
    var columns: [String]
    var isUnique: Bool
    var condition: String?

    /// `condition` makes it hold only the rows for which it is true.
    public init(
        _ name: String,
        on table: String,
        _ columns: [String],
        unique: Bool = false,
        where condition: String? = nil
    ) {
        self.name = name
        self.table = table
        self.columns = columns
        isUnique = unique
        self.condition = condition
    }

    public func statements(_ dialect: any SchemaDialect) -> [SQLStatement] {
        var sql = SQLStatement(raw: isUnique ? "CREATE UNIQUE INDEX " : "CREATE INDEX ")
        sql.append("\(identifier: name) ON \(identifier: table) \(CreateTable.list(columns))")
        if let condition { sql.append(raw: " WHERE " + condition) }
        return [sql]
    }
}
