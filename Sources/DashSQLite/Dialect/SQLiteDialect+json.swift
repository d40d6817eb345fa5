import DashJSON
import DashStorage

/// What data queries ask of `data`. Numbers are first compared as doubles, which is quick; only where these are the same
/// a function of Dash's own looks at all digits.
extension SQLiteDialect {
    func jsonText(_ path: RecordPath) -> SQLStatement {
        let place = SQLitePlace(path)
        return "(\(place.document) -> \(place.path))"
    }

    func jsonKey(_ path: RecordPath) -> SQLStatement {
        let value = Self.value(path)
        return """
            (CASE coalesce(\(Self.kind(path)), 'null') WHEN 'text' THEN json_quote(\(value)) \
            WHEN 'null' THEN 'null' WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' \
            ELSE CASE typeof(\(value)) WHEN 'integer' THEN CAST(\(value) AS TEXT) \
            ELSE dash_json_key(\(jsonText(path))) END END)
            """
    }

    func jsonExists(_ path: RecordPath) -> SQLStatement { "\(Self.kind(path)) IS NOT NULL" }

    func jsonIsNull(_ path: RecordPath) -> SQLStatement { "coalesce(\(Self.kind(path)), 'null') = 'null'" }

    func jsonNumber(_ path: RecordPath) -> SQLStatement {
        "(CASE WHEN \(Self.kind(path)) IN ('integer', 'real') THEN CAST(\(Self.value(path)) AS REAL) END)"
    }

    func jsonExtreme(_ path: RecordPath) -> SQLStatement {
        let value = Self.value(path)
        // A fraction's point in a large whole number makes SQLite read it as a double.
        return """
            (CASE \(Self.kind(path)) WHEN 'integer' THEN \(value) WHEN 'real' THEN \
            CASE WHEN abs(\(value)) < 9007199254740992.0 THEN \(value) ELSE dash_number(\(jsonText(path))) END END)
            """
    }

    func jsonCompares(_ path: RecordPath, _ sign: String, _ value: JSONValue) -> SQLStatement {
        switch value {
        case .number(let number):
            let double = jsonNumber(path)
            let strict = SQLStatement(raw: String(sign.prefix(1)))
            return """
                (\(double) \(strict) \(SQLValue.double(number.double)) OR (\(double) = \(SQLValue.double(number.double)) \
                AND dash_number_order(\(jsonText(path)), \(number.text)) \(SQLStatement(raw: sign)) 0))
                """
        case .string(let text): return "\(string(path)) \(SQLStatement(raw: sign)) \(text)"
        default: return "1 = 0"
        }
    }

    func jsonEquals(_ path: RecordPath, _ value: JSONValue) -> SQLStatement {
        switch value {
        case .number(let number):
            """
            (\(jsonNumber(path)) = \(SQLValue.double(number.double)) \
            AND dash_number_order(\(jsonText(path)), \(number.text)) = 0)
            """
        case .string(let text): "\(string(path)) = \(text)"
        case .bool(let flag): "\(Self.kind(path)) = \(flag ? "true" : "false")"
        case .null: "\(Self.kind(path)) = 'null'"
        case .array: "(\(Self.kind(path)) = 'array' AND \(jsonKey(path)) = dash_json_key(\(value.text)))"
        case .object: "(\(Self.kind(path)) = 'object' AND \(jsonKey(path)) = dash_json_key(\(value.text)))"
        }
    }

    func jsonContains(_ path: RecordPath, _ value: JSONValue) -> SQLStatement {
        let part: SQLStatement = value.stringValue.map { "instr(\(Self.value(path)), \($0)) > 0" } ?? "1 = 0"
        return """
            (CASE \(Self.kind(path)) WHEN 'text' THEN \(part) \
            WHEN 'array' THEN dash_json_has(\(jsonText(path)), \(value.text)) ELSE 1 = 0 END)
            """
    }

    func numberOrder(_ column: SQLStatement, descending: Bool) -> SQLStatement {
        column + SQLStatement(raw: descending ? " DESC NULLS LAST" : " ASC NULLS FIRST")
    }

    func jsonOrder(_ column: SQLStatement, descending: Bool) -> SQLStatement {
        "\(column) COLLATE dash_json \(SQLStatement(raw: descending ? "DESC NULLS LAST" : "ASC NULLS FIRST"))"
    }

    /// `integer`, `real`, `text`, `true`, `false`, `null`, `array`, `object`.
    private static func kind(_ path: RecordPath) -> SQLStatement {
        let place = SQLitePlace(path)
        return "json_type(\(place.document), \(place.path))"
    }

    private static func value(_ path: RecordPath) -> SQLStatement {
        let place = SQLitePlace(path)
        return "json_extract(\(place.document), \(place.path))"
    }

    private func string(_ path: RecordPath) -> SQLStatement {
        "(CASE WHEN \(Self.kind(path)) = 'text' THEN \(Self.value(path)) END)"
    }
}
