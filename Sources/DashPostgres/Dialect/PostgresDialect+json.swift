import DashJSON
import DashModel
import DashStorage

/// What data queries ask of `data`. Every part that a request brought is bound.
extension PostgresDialect {
    func jsonText(_ path: RecordPath) -> SQLStatement { "(\(Self.value(path)))" }

    func jsonKey(_ path: RecordPath) -> SQLStatement {
        let value = Self.value(path)
        return """
            (CASE jsonb_typeof(\(value)) WHEN 'string' THEN CAST(\(value) AS text) \
            WHEN 'number' THEN CAST(trim_scale(CAST(\(value) AS numeric)) AS text) \
            WHEN 'array' THEN json_key(\(value)) WHEN 'object' THEN json_key(\(value)) \
            ELSE coalesce(CAST(\(value) AS text), 'null') END)
            """
    }

    func jsonExists(_ path: RecordPath) -> SQLStatement { "(\(Self.value(path))) IS NOT NULL" }

    func jsonIsNull(_ path: RecordPath) -> SQLStatement {
        "coalesce(jsonb_typeof(\(Self.value(path))), 'null') = 'null'"
    }

    /// As `numeric`, which is how jsonb holds it: a conversion to floating point costs more than adding decimals up, and
    /// fails beyond its range.
    func jsonNumber(_ path: RecordPath) -> SQLStatement {
        let value = Self.value(path)
        return "(CASE WHEN jsonb_typeof(\(value)) = 'number' THEN CAST(\(value) AS numeric) END)"
    }

    func jsonExtreme(_ path: RecordPath) -> SQLStatement { jsonNumber(path) }

    func jsonCompares(_ path: RecordPath, _ sign: String, _ value: JSONValue) -> SQLStatement {
        switch value {
        case .number(let number):
            return "\(jsonNumber(path)) \(SQLStatement(raw: sign)) CAST(\(Self.numeric(number)) AS numeric)"
        case .string(let text):
            // No record has a text with such a letter; the order is that of the rest all the same.
            let isCut = text.utf8.contains(0)
            let start = isCut ? String(String.UnicodeScalarView(text.unicodeScalars.prefix { $0.value != 0 })) : text
            let sign = !isCut ? sign : sign.hasPrefix("<") ? "<=" : ">"
            return "\(string(path)) \(SQLStatement(raw: sign)) \(start)"
        default: return "1 = 0"
        }
    }

    private func string(_ path: RecordPath) -> SQLStatement {
        let value = Self.value(path)
        return "(CASE WHEN jsonb_typeof(\(value)) = 'string' THEN (\(value)) #>> '{}' END COLLATE \"C\")"
    }

    func numberOrder(_ column: SQLStatement, descending: Bool) -> SQLStatement {
        let value: SQLStatement = "CAST(\(column) AS numeric)"
        let direction = SQLStatement(raw: descending ? " DESC NULLS LAST" : " ASC NULLS FIRST")
        let double: SQLStatement = """
            CASE WHEN abs(\(value)) <= 1.7976931348623157e308 THEN CAST(round(\(value), 323) AS double precision) \
            WHEN \(value) < 0 THEN CAST('-Infinity' AS double precision) \
            WHEN \(value) > 0 THEN CAST('Infinity' AS double precision) END
            """
        // Beside one double lie whole numbers of 64 bits, which count exactly, and others, which count as the double.
        let exact: SQLStatement = """
            CASE WHEN abs(\(value)) < 9007199254740992 THEN NULL \
            WHEN \(value) BETWEEN -9223372036854775808 AND 9223372036854775807 AND trunc(\(value)) = \(value) THEN \(value) \
            WHEN abs(\(value)) < 9223372036854775296 THEN CAST(CAST(CAST(\(value) AS double precision) AS bigint) AS numeric) \
            ELSE sign(\(value)) * 9223372036854775808 END
            """
        return [double, exact].map { $0 + direction }.joined(by: ", ")
    }

    /// jsonb's own order puts texts before numbers, and both before booleans.
    func jsonOrder(_ column: SQLStatement, descending: Bool) -> SQLStatement {
        let value: SQLStatement = "CAST(\(column) AS jsonb)"
        let direction = SQLStatement(raw: descending ? " DESC NULLS LAST" : " ASC NULLS FIRST")
        let rank: SQLStatement = """
            CASE jsonb_typeof(\(value)) WHEN 'boolean' THEN 1 WHEN 'number' THEN 2 WHEN 'string' THEN 3 \
            WHEN 'array' THEN 4 WHEN 'object' THEN 5 ELSE 0 END
            """
        let number: SQLStatement = "CASE WHEN jsonb_typeof(\(value)) = 'number' THEN CAST(\(value) AS numeric) END"
        let text: SQLStatement = """
            CASE jsonb_typeof(\(value)) WHEN 'boolean' THEN CAST(\(value) AS text) WHEN 'string' THEN \(value) #>> '{}' \
            WHEN 'array' THEN json_key(\(value)) WHEN 'object' THEN json_key(\(value)) END COLLATE "C"
            """
        return [rank, number, text].map { $0 + direction }.joined(by: ", ")
    }

    /// Makes `json_key`, the canonical text of arrays and objects.
    var jsonFunctions: [any SchemaChange] {
        [
            ExecuteSQL(
                """
                CREATE FUNCTION json_key(document jsonb) RETURNS text
                    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
                BEGIN
                    RETURN CASE jsonb_typeof(document)
                        WHEN 'object' THEN '{' || coalesce((
                            SELECT string_agg(
                                CAST(to_jsonb(member.key) AS text) || ':' || json_key(member.value),
                                ',' ORDER BY member.key COLLATE "C"
                            ) FROM jsonb_each(document) AS member
                        ), '') || '}'
                        WHEN 'array' THEN '[' || coalesce((
                            SELECT string_agg(json_key(element.value), ',' ORDER BY element.place)
                            FROM jsonb_array_elements(document) WITH ORDINALITY AS element (value, place)
                        ), '') || ']'
                        WHEN 'number' THEN CAST(trim_scale(CAST(document AS numeric)) AS text)
                        ELSE CAST(document AS text)
                    END;
                END
                $$
                """
            )
        ]
    }

    /// For scalars under keys it is containment, which the GIN index answers.
    func jsonEquals(_ path: RecordPath, _ value: JSONValue) -> SQLStatement {
        guard let sought = Self.storable(value) else { return "1 = 0" }
        let keys = path.steps.compactMap { step -> String? in if case .key(let key) = step { key } else { nil } }
        guard keys.count == path.steps.count, value.arrayValue == nil, value.objectValue == nil else {
            return "\(Self.value(path)) = \(SQLValue.json(sought.encoded()))"
        }
        let document = keys.reversed().reduce(sought) { .object(JSONObject([($1, $0)])) }
        return "data @> \(SQLValue.json(document.encoded()))"
    }

    func jsonContains(_ path: RecordPath, _ value: JSONValue) -> SQLStatement {
        guard let sought = Self.storable(value) else { return "1 = 0" }
        let place = Self.value(path)
        let part: SQLStatement =
            sought.stringValue.map { "position(CAST(\($0) AS text) IN (\(place)) #>> '{}') > 0" } ?? "1 = 0"
        return """
            (CASE jsonb_typeof(\(place)) WHEN 'string' THEN \(part) \
            WHEN 'array' THEN \(place) @> \(SQLValue.json(sought.encoded())) ELSE 1 = 0 END)
            """
    }

    func bucket(width: Int64) -> SQLStatement {
        "date_bin(CAST(\("\(width) microseconds") AS interval), ingested_at, TIMESTAMPTZ 'epoch')"
    }

    /// Nothing where the sum is beyond a double, as in SQLite. Both aggregates are worked out as one.
    func average(_ value: SQLStatement) -> SQLStatement {
        "CASE WHEN abs(sum(\(value))) <= CAST('1.7976931348623157e308' AS numeric) THEN avg(\(value)) END"
    }

    /// Numbers that no double holds do not count.
    func percentile(_ value: SQLStatement, _ fraction: Double) -> SQLStatement {
        """
        percentile_cont(\(SQLValue.double(fraction))) WITHIN GROUP (ORDER BY \
        CASE WHEN abs(\(value)) <= 1.7976931348623157e308 THEN CAST(round(\(value), 323) AS double precision) END)
        """
    }

    /// TimescaleDB's own `first` and `last` look at the time alone, and the records of a batch share theirs.
    func edge(_ value: SQLStatement, newest: Bool) -> SQLStatement {
        let order = SQLStatement(raw: newest ? "ingested_at DESC, id DESC" : "ingested_at, id")
        return "(array_agg(\(value) ORDER BY \(order)) FILTER (WHERE \(value) IS NOT NULL))[1]"
    }

    /// One value bound for a whole path. Where a step looks like a number they are taken one by one, since `#>` would
    /// take a place in an array for a key and the other way around.
    private static func value(_ path: RecordPath) -> SQLStatement {
        let keys = path.steps.compactMap { step -> String? in
            guard case .key(let key) = step, Int(key) == nil else { return nil }
            return key
        }
        if keys.count > 1, keys.count == path.steps.count {
            let list = keys.map {
                "\"" + $0.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
            }
            return "data #> CAST(\("{" + list.joined(separator: ",") + "}") AS text[])"
        }
        return path.steps.reduce("data") { value, step in
            switch step {
            case .key(let key): "\(value) -> CAST(\(key) AS text)"
            case .index(let index): "\(value) -> \(SQLStatement(raw: String(min(index, Int(Int32.max)))))"
            }
        }
    }

    /// The number's text as `numeric` takes it; what no record can hold becomes zero or an infinity.
    private static func numeric(_ number: JSONNumber) -> String {
        if isStorable(number) { return number.text }
        return number.double.isFinite ? "0" : number.double < 0 ? "-Infinity" : "Infinity"
    }

    private static func isStorable(_ number: JSONNumber) -> Bool {
        var text = number.text
        return text.withUTF8 { JSONNumberScanner.isInteger($0) } != nil
    }

    /// The value as jsonb can hold it; nil for one that no record can have.
    private static func storable(_ value: JSONValue) -> JSONValue? {
        switch value {
        case .number(let number): return isStorable(number) ? value : nil
        case .string(let text): return text.utf8.contains(0) ? nil : value
        case .null, .bool: return value
        case .array, .object: return (try? JSONDocument(parsing: value.encoded())) == nil ? nil : value
        }
    }
}
