import DashModel
import DashStorage

/// SQLite 3.38 and newer. Ids are 16-byte blobs, times integers of microseconds, JSON is text.
struct SQLiteDialect: SchemaDialect, RecordDialect {
    init() {}

    var name: String { "sqlite" }
    var generatedStorage: String { "VIRTUAL" }
    /// One file has one process that migrates it.
    var migrationLock: SQLStatement? { nil }

    /// There is one writer at a time.
    var rowLock: SQLStatement { "" }
    var changeLock: SQLStatement { "" }

    func isChosen(_ column: SQLStatement, by selection: SQLStatement) -> SQLStatement { "\(column) IN (\(selection))" }

    func columnType(_ column: ColumnType) -> String {
        if column.isSealed { return "TEXT" }
        return switch column.type {
        case .uuid, .bytes: "BLOB"
        case .string, .text, .enumeration, .json: "TEXT"
        case .integer, .boolean, .timestamp: "INTEGER"
        case .decimal: "REAL"
        }
    }

    func typeDefinition(_ column: ColumnType) -> SQLStatement? { nil }

    func accepts(_ liveType: String, for column: ColumnType) -> Bool {
        liveType.uppercased().hasPrefix(columnType(column))
    }

    func sealed(_ text: String) -> SQLValue { .text(text) }
    func sealedText(_ row: SQLRow, _ index: Int) -> String? { row.text(index) }

    func like(_ column: SQLStatement, _ pattern: SQLValue) -> SQLStatement { "\(column) LIKE \(pattern)" }

    func columns(of table: String) -> SQLStatement {
        "SELECT name, type, \"notnull\" = 0 FROM pragma_table_xinfo(\(table)) ORDER BY cid"
    }

    func bucket(width: Int64) -> SQLStatement {
        "((ingested_at - ((ingested_at % \(width)) + \(width)) % \(width)))"
    }

    func average(_ value: SQLStatement) -> SQLStatement { "avg(\(value))" }

    func percentile(_ value: SQLStatement, _ fraction: Double) -> SQLStatement {
        "dash_percentile(\(value), \(SQLValue.double(fraction)))"
    }

    func edge(_ value: SQLStatement, newest: Bool) -> SQLStatement {
        "\(SQLStatement(raw: newest ? "dash_last" : "dash_first"))(\(value), ingested_at, id)"
    }
}
