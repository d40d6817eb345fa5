public import DashJSON
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

    public func jsonText(_ path: RecordPath) -> SQLStatement { "(data -> \(text(path)))" }
    public func jsonKind(_ path: RecordPath) -> SQLStatement { "json_type(data, \(text(path)))" }

    public func jsonNumber(_ path: RecordPath) -> SQLStatement {
        "(CASE WHEN \(jsonKind(path)) IN ('integer', 'real') THEN CAST(json_extract(data, \(text(path))) AS REAL) END)"
    }

    public func jsonString(_ path: RecordPath) -> SQLStatement {
        "(CASE WHEN \(jsonKind(path)) = 'text' THEN json_extract(data, \(text(path))) END)"
    }

    public func number(_ number: JSONNumber) -> SQLStatement { "\(SQLValue.double(number.double))" }

    public func jsonEquals(_ path: RecordPath, _ value: JSONValue) -> SQLStatement {
        switch value {
        case .number(let number): "\(jsonNumber(path)) = \(self.number(number))"
        case .string(let text): "\(jsonString(path)) = \(text)"
        case .bool(let flag): "\(jsonKind(path)) = \(flag ? "true" : "false")"
        case .null: "\(jsonKind(path)) = 'null'"
        case .array, .object: "\(jsonText(path)) = \(value.text)"
        }
    }

    public func jsonContains(_ path: RecordPath, _ value: JSONValue) -> SQLStatement {
        let sought: SQLStatement = value.stringValue.map { "\($0)" } ?? "\(SQLValue.double(value.doubleValue ?? 0))"
        let part: SQLStatement =
            value.stringValue == nil ? "1 = 0" : "instr(json_extract(data, \(text(path))), \(sought)) > 0"
        return """
            (CASE \(jsonKind(path)) WHEN 'text' THEN \(part) \
            WHEN 'array' THEN EXISTS (SELECT 1 FROM json_each(data, \(text(path))) AS e WHERE e.value = \(sought)) \
            ELSE 1 = 0 END)
            """
    }

    public func bucket(width: Int64) -> SQLStatement {
        "((ingested_at - ((ingested_at % \(width)) + \(width)) % \(width)))"
    }

    public func percentile(_ value: SQLStatement, _ fraction: Double) -> SQLStatement {
        "dash_percentile(\(value), \(SQLValue.double(fraction)))"
    }

    public func edge(_ value: SQLStatement, newest: Bool) -> SQLStatement {
        "\(SQLStatement(raw: newest ? "dash_last" : "dash_first"))(\(value), ingested_at, id)"
    }

    /// SQLite's own path syntax, every key quoted.
    private func text(_ path: RecordPath) -> String {
        path.steps.reduce(into: "$") { text, step in
            switch step {
            case .key(let key): text += ".\"" + key + "\""
            case .index(let index): text += "[\(index)]"
            }
        }
    }
}
