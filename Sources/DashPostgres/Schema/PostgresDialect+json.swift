import DashJSON
import DashModel
import DashStorage

/// What data queries ask of `data`. Every part that a request brought is bound.
extension PostgresDialect {
    func jsonText(_ path: RecordPath) -> SQLStatement { "(\(Self.value(path)))" }

    func jsonKind(_ path: RecordPath) -> SQLStatement {
        let value = Self.value(path)
        return """
            (CASE jsonb_typeof(\(value)) WHEN 'string' THEN 'text' WHEN 'boolean' THEN CAST(\(value) AS text) \
            WHEN 'number' THEN CASE WHEN CAST(\(value) AS text) LIKE '%.%' THEN 'real' ELSE 'integer' END \
            ELSE jsonb_typeof(\(value)) END)
            """
    }

    /// As `numeric`, which is how jsonb holds it: a conversion to floating point costs more than adding decimals up, and
    /// fails beyond its range.
    func jsonNumber(_ path: RecordPath) -> SQLStatement {
        let value = Self.value(path)
        return "(CASE WHEN jsonb_typeof(\(value)) = 'number' THEN CAST(\(value) AS numeric) END)"
    }

    func jsonString(_ path: RecordPath) -> SQLStatement {
        let value = Self.value(path)
        return "(CASE WHEN jsonb_typeof(\(value)) = 'string' THEN (\(value)) #>> '{}' END COLLATE \"C\")"
    }

    func number(_ number: JSONNumber) -> SQLStatement {
        "CAST(\(Self.exact(number)?.text ?? (number.text.hasPrefix("-") ? "-Infinity" : "Infinity")) AS numeric)"
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

    /// Numbers that no double holds do not count.
    func percentile(_ value: SQLStatement, _ fraction: Double) -> SQLStatement {
        """
        percentile_cont(\(SQLValue.double(fraction))) WITHIN GROUP (ORDER BY \
        CASE WHEN abs(\(value)) < 1e308 THEN CAST(round(\(value), 300) AS double precision) END)
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

    /// The number as jsonb can hold it; nil beyond a double's range.
    private static func exact(_ number: JSONNumber) -> JSONNumber? {
        guard number.double.isFinite else { return nil }
        let isPlain = number.text.utf8.count <= 1_000 && !number.text.utf8.contains { $0 == 69 || $0 == 101 }
        return isPlain ? number : JSONNumber(number.double)
    }

    /// The value as jsonb can hold it; nil for one that no record can have.
    private static func storable(_ value: JSONValue) -> JSONValue? {
        switch value {
        case .number(let number): return exact(number).map(JSONValue.number)
        case .string(let text): return text.utf8.contains(0) ? nil : value
        case .null, .bool: return value
        case .array, .object: return value.text.contains("\\u0000") ? nil : value
        }
    }
}
