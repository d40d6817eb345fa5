import DashJSON
import DashModel
import DashStorage

/// PostgreSQL 15 and newer, with TimescaleDB or without: what it calls the columns of the schema.
struct PostgresDialect: SchemaDialect, RecordDialect {
    init() {}

    var name: String { "postgresql" }
    /// The only kind before PostgreSQL 18.
    var generatedStorage: String { "STORED" }
    var migrationLock: SQLStatement? {
        SQLStatement(raw: "SELECT pg_advisory_xact_lock(\(AdvisoryLock.schema))")
    }

    func columnType(_ column: ColumnType) -> String {
        switch column.type {
        case .uuid: "uuid"
        case .text: "text"
        case .boolean: "boolean"
        // A moment whatever the session's time zone is.
        case .timestamp: "timestamp with time zone"
        case .bytes: "bytea"
        // A sealed value is a JSON string, which keeps the column's type and hides its content.
        case .json: "jsonb"
        case .string: "character varying"
        case .enumeration: Self.enumerationName(column)
        // Counts and sizes outgrow 32 bits; sums of measurements need speed rather than exact decimals.
        case .integer: column.isStandard ? "integer" : "bigint"
        case .decimal: column.isStandard ? "numeric" : "double precision"
        }
    }

    func typeDefinition(_ column: ColumnType) -> SQLStatement? {
        guard case .enumeration(let cases) = column.type else { return nil }
        let list = cases.map { "'" + $0.replacing("'", with: "''") + "'" }.joined(separator: ", ")
        return SQLStatement(raw: "CREATE TYPE \(Self.enumerationName(column)) AS ENUM (\(list))")
    }

    /// A declared enumeration may live in a column of text: the states of Dash's own machinery grow, and a type of
    /// their own would have to grow before the binary that knows them.
    func accepts(_ liveType: String, for column: ColumnType) -> Bool {
        switch column.type {
        case .integer: ["integer", "bigint"].contains(liveType)
        case .decimal: ["numeric", "double precision"].contains(liveType)
        case .enumeration: [Self.enumerationName(column), "character varying"].contains(liveType)
        default: liveType == columnType(column)
        }
    }

    /// `pipelines.type` → `pipeline_type`.
    private static func enumerationName(_ column: ColumnType) -> String {
        (column.table.hasSuffix("s") ? String(column.table.dropLast()) : column.table) + "_" + column.column
    }

    func sealed(_ text: String) -> SQLValue { .json(JSONValue.string(text).encoded()) }

    func sealedText(_ row: SQLRow, _ index: Int) -> String? {
        guard let text = row.text(index), let value = try? JSONValue(parsing: text) else { return nil }
        return value.stringValue
    }

    func columns(of table: String) -> SQLStatement {
        """
        SELECT CAST(attname AS text), format_type(atttypid, atttypmod), NOT attnotnull FROM pg_attribute \
        WHERE attrelid = to_regclass(CAST(\(table) AS text)) AND attnum > 0 AND NOT attisdropped ORDER BY attnum
        """
    }

    /// Works for enumerations, ids and numbers too; a backslash is a letter, as in SQLite.
    func like(_ column: SQLStatement, _ pattern: SQLValue) -> SQLStatement {
        "CAST(\(column) AS text) ILIKE \(pattern) ESCAPE ''"
    }

    // As an array, so that the rows are looked up by their index.
    func isChosen(_ column: SQLStatement, by selection: SQLStatement) -> SQLStatement {
        "\(column) = ANY (ARRAY(\(selection) FOR UPDATE SKIP LOCKED))"
    }
}
