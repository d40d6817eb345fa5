public import DashModel

/// One column of a table that a migration makes.
public struct ColumnDefinition: Sendable {
    public enum Deletion: String, Sendable {
        /// The row can't live without the other one.
        case cascade = "CASCADE"
        case setNull = "SET NULL"
    }

    package private(set) var name: String
    var type: AttributeType
    var isNullable = false
    var isSealed = false
    var isStandard = false
    package private(set) var reference: (table: String, deletion: Deletion)?
    /// SQL of the program's own: a constant, or the expression of a generated column.
    var defaultSQL: String?
    var generatedSQL: String?

    /// The UUID that every resource's row has.
    public static let id = ColumnDefinition(name: "id", type: .uuid)
    public static let insertedAt = ColumnDefinition(name: "inserted_at", type: .timestamp)
    public static let updatedAt = ColumnDefinition(name: "updated_at", type: .timestamp)

    public static func column(_ name: String, _ type: AttributeType, default defaultSQL: String? = nil) -> Self {
        ColumnDefinition(name: name, type: type, defaultSQL: defaultSQL)
    }

    public static func nullable(_ name: String, _ type: AttributeType) -> Self {
        ColumnDefinition(name: name, type: type, isNullable: true)
    }

    /// Encrypted text.
    public static func sealed(_ name: String, _ type: AttributeType) -> Self {
        ColumnDefinition(name: name, type: type, isSealed: true)
    }

    public static func reference(_ name: String, _ table: String, onDelete deletion: Deletion = .cascade) -> Self {
        ColumnDefinition(name: name, type: .uuid, reference: (table, deletion))
    }

    public static func optionalReference(_ name: String, _ table: String, onDelete deletion: Deletion = .setNull)
        -> Self
    {
        ColumnDefinition(name: name, type: .uuid, isNullable: true, reference: (table, deletion))
    }

    /// A column that the database computes.
    public static func generated(_ name: String, _ type: AttributeType, as expression: String) -> Self {
        ColumnDefinition(name: name, type: type, generatedSQL: expression)
    }

    /// The same column with the SQL standard's own `integer` or `numeric`.
    public var standard: Self {
        var column = self
        column.isStandard = true
        return column
    }

    func columnType(in table: String) -> ColumnType {
        ColumnType(table: table, column: name, type: type, isSealed: isSealed, isStandard: isStandard)
    }

    func sql(_ dialect: any SchemaDialect, in table: String) -> SQLStatement {
        let type = SQLStatement(raw: dialect.columnType(columnType(in: table)))
        var sql: SQLStatement = "\(identifier: name) \(type)"
        if let generatedSQL {
            return sql + SQLStatement(raw: " GENERATED ALWAYS AS (\(generatedSQL)) \(dialect.generatedStorage)")
        }
        if !isNullable { sql.append(raw: " NOT NULL") }
        if let defaultSQL { sql.append(raw: " DEFAULT \(defaultSQL)") }
        if let reference {
            sql.append(" REFERENCES \(identifier: reference.table) (id) ON DELETE ")
            sql.append(raw: reference.deletion.rawValue)
        }
        return sql
    }
}
