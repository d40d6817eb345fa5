import DashModel
import DashStorage

/// SQLite 3.38 and newer. Ids are 16-byte blobs, times integers of microseconds, JSON is text.
struct PostgresDialect: Dialect {

    var name: String { "postgresql" }

    func columnType(_ type: AttributeType, isSealed: Bool) -> String {
        if isSealed { return "TEXT" }
        return switch type {
        case .uuid, .bytes: "BLOB"
        case .string, .text, .enumeration, .json: "TEXT"
        case .integer, .boolean, .timestamp: "INTEGER"
        case .decimal: "REAL"
        }
    }

    func like(_ column: SQLStatement, _ pattern: SQLValue) -> SQLStatement { "\(column) LIKE \(pattern)" }

    func columns(of table: String) -> SQLStatement {
        "SELECT name, type, \"notnull\" = 0 FROM pragma_table_xinfo(\(table)) ORDER BY cid"
    }

    func jsonText(_ path: RecordPath) -> SQLStatement { "(data -> \(text(path)))" }
    func jsonKind(_ path: RecordPath) -> SQLStatement { "json_type(data, \(text(path)))" }

    func jsonNumber(_ path: RecordPath) -> SQLStatement {
        "(CASE WHEN \(jsonKind(path)) IN ('integer', 'real') THEN CAST(json_extract(data, \(text(path))) AS REAL) END)"
    }

    func jsonString(_ path: RecordPath) -> SQLStatement {
        "(CASE WHEN \(jsonKind(path)) = 'text' THEN json_extract(data, \(text(path))) END)"
    }

    func jsonContains(_ path: RecordPath, _ value: SQLValue) -> SQLStatement {
        """
        (CASE \(jsonKind(path)) WHEN 'text' THEN instr(json_extract(data, \(text(path))), \(value)) > 0 \
        WHEN 'array' THEN EXISTS (SELECT 1 FROM json_each(data, \(text(path))) AS e WHERE e.value = \(value)) \
        ELSE 0 END)
        """
    }

    func bucket(width: Int64) -> SQLStatement {
        "((ingested_at - ((ingested_at % \(width)) + \(width)) % \(width)))"
    }

    func percentile(_ value: SQLStatement, _ fraction: Double) -> SQLStatement {
        "dash_percentile(\(value), \(SQLValue.double(fraction)))"
    }

    func edge(_ value: SQLStatement, newest: Bool) -> SQLStatement {
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
