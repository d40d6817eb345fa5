import DashModel

/// SQLite 3.38 and newer. Ids are 16-byte blobs, times integers of microseconds, JSON is text.
public struct SQLiteDialect: Dialect {
    public init() {}

    public var name: String { "sqlite" }
    public var generatedStorage: String { "VIRTUAL" }
    /// One file has one process that migrates it.
    public var migrationLock: SQLStatement? { nil }

    /// There is one writer at a time.
    public var rowLock: SQLStatement { "" }
    public var changeLock: SQLStatement { "" }

    public func columnType(_ column: ColumnType) -> String {
        if column.isSealed { return "TEXT" }
        return switch column.type {
        case .uuid, .bytes: "BLOB"
        case .string, .text, .enumeration, .json: "TEXT"
        case .integer, .boolean, .timestamp: "INTEGER"
        case .decimal: "REAL"
        }
    }

    public func typeDefinition(_ column: ColumnType) -> SQLStatement? { nil }

    public func accepts(_ liveType: String, for column: ColumnType) -> Bool {
        liveType.uppercased().hasPrefix(columnType(column))
    }

    public func sealed(_ text: String) -> SQLValue { .text(text) }
    public func sealedText(_ row: SQLRow, _ index: Int) -> String? { row.text(index) }

    public func like(_ column: SQLStatement, _ pattern: SQLValue) -> SQLStatement { "\(column) LIKE \(pattern)" }

    public func columns(of table: String) -> SQLStatement {
        "SELECT name, type, \"notnull\" = 0 FROM pragma_table_xinfo(\(table)) ORDER BY cid"
    }

    public func bucket(width: Int64) -> SQLStatement {
        "((ingested_at - ((ingested_at % \(width)) + \(width)) % \(width)))"
    }

    public func average(_ value: SQLStatement) -> SQLStatement { "avg(\(value))" }

    public func percentile(_ value: SQLStatement, _ fraction: Double) -> SQLStatement {
        "dash_percentile(\(value), \(SQLValue.double(fraction)))"
    }

    public func edge(_ value: SQLStatement, newest: Bool) -> SQLStatement {
        "\(SQLStatement(raw: newest ? "dash_last" : "dash_first"))(\(value), ingested_at, id)"
    }
}
