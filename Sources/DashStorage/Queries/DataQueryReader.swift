import DashJSON
import DashModel
import FoundationEssentials

/// Reads a data query member by member and notes everything that is wrong.
struct DataQueryReader {
    private(set) var issues: [DashError.Issue] = []

    private static let members: Set<String> = [
        "pipeline_id", "fields", "filters", "group_by", "bucket", "range", "order", "limit", "group_limit",
    ]
    private static let most = 50

    mutating func read(_ json: JSONValue) -> DataQuery? {
        guard let object = json.objectValue else {
            note("", "must be an object")
            return nil
        }
        for key in object.keys where !Self.members.contains(key) { note("/" + key, "is not a member of a query") }
        let pipeline = object["pipeline_id"]?.stringValue.flatMap { UUID(text: $0) }
        if pipeline == nil { note("/pipeline_id", "must be a pipeline's id") }
        var query = DataQuery(pipeline: pipeline ?? UUID(), fields: fields(object["fields"]))
        query.filters = filters(object["filters"])
        query.groupBy = groups(object["group_by"])
        query.bucket = bucket(object["bucket"])
        if let value = object["range"], !value.isNull, let range = range(value) { query.range = range }
        if let value = object["order"], !value.isNull {
            if let order = value.stringValue.flatMap(DataQuery.Order.init) {
                query.order = order
            } else {
                note("/order", "must be asc or desc")
            }
        }
        query.limit = count(object["limit"], "/limit") ?? query.limit
        query.groupLimit = count(object["group_limit"], "/group_limit")
        return pipeline == nil ? nil : query
    }

    private mutating func count(_ value: JSONValue?, _ pointer: String) -> Int? {
        guard let value, !value.isNull else { return nil }
        if let count = value.intValue, (1...DataQueryPlan.maximumRows).contains(count) { return count }
        note(pointer, "must be a whole number from 1 to \(DataQueryPlan.maximumRows)")
        return nil
    }

    private mutating func fields(_ value: JSONValue?) -> [DataQuery.Field] {
        items(value, "/fields").compactMap { index, item in
            let pointer = "/fields/\(index)"
            if let path = item.stringValue { return checked(path, pointer).map { DataQuery.Field(path: $0) } }
            check(item, ["path", "aggregate", "as"], "a field", pointer)
            guard let path = checked(item["path"]?.stringValue, pointer + "/path") else { return nil }
            var field = DataQuery.Field(path: path)
            if let value = item["aggregate"], !value.isNull {
                field.aggregate = value.stringValue.flatMap(DataQuery.Aggregate.init)
                if field.aggregate == nil {
                    note(pointer + "/aggregate", "must be one of " + Self.names(DataQuery.Aggregate.self))
                }
            }
            if path == "*", let aggregate = field.aggregate { field.alias = aggregate.rawValue }
            if let value = item["as"], !value.isNull {
                if let name = value.stringValue, !name.isEmpty, name.count <= 200 {
                    field.alias = name
                } else {
                    note(pointer + "/as", "must be a short name")
                }
            }
            return field
        }
    }

    private mutating func filters(_ value: JSONValue?) -> [DataQuery.Filter] {
        items(value, "/filters").compactMap { index, item in
            let pointer = "/filters/\(index)"
            check(item, ["path", "op", "value"], "a filter", pointer)
            guard let path = checked(item["path"]?.stringValue, pointer + "/path") else { return nil }
            guard let op = op(item["op"]) else {
                note(pointer + "/op", "must be one of " + Self.names(DataQuery.Filter.Operator.self))
                return nil
            }
            switch (op, item["value"]) {
            case (.exists, nil), (.exists, .null?), (.exists, .bool?): break
            case (.exists, _): note(pointer + "/value", "must be true or false")
            case (_, nil): note(pointer + "/value", "is missing; null finds what is null or not there")
            default: break
            }
            let filter = DataQuery.Filter(path: path, op: op, value: item["value"] ?? .null)
            if DataFilter(filter) == nil { note(pointer + "/value", "does not suit \(op.rawValue)") }
            return filter
        }
    }

    private func op(_ value: JSONValue?) -> DataQuery.Filter.Operator? {
        switch value {
        case nil, .null?: .eq
        case .string(let name)?: .init(rawValue: name)
        default: nil
        }
    }

    /// Notes members that mean nothing: a mistyped one would be passed over in silence.
    private mutating func check(_ item: JSONValue, _ members: Set<String>, _ what: String, _ pointer: String) {
        for key in item.objectValue?.keys ?? [] where !members.contains(key) {
            note(pointer + "/" + key, "is not a member of \(what)")
        }
    }

    private mutating func groups(_ value: JSONValue?) -> [String] {
        items(value, "/group_by").compactMap { index, item in
            guard let path = checked(item.stringValue, "/group_by/\(index)") else { return nil }
            if path == "ingested_at" || path == "*" {
                note("/group_by/\(index)", "must be a path; time has \"bucket\"")
            }
            return path
        }
    }

    private mutating func bucket(_ value: JSONValue?) -> DataQuery.Bucket? {
        guard let value, !value.isNull else { return nil }
        if value == "auto" { return .auto }
        if let width = value.stringValue.flatMap(DurationText.parse) { return .width(width) }
        note("/bucket", "must be \"auto\" or a width such as \"1m\"")
        return nil
    }

    private mutating func range(_ value: JSONValue) -> DataQuery.Range? {
        check(value, ["last", "from", "to"], "a range", "/range")
        if let last = value["last"] {
            if value["from"] != nil || value["to"] != nil { note("/range", "has either last or from and to") }
            if let span = last.stringValue.flatMap(DurationText.parse) { return .last(span) }
            note("/range/last", "must be a span such as \"24h\"")
            return nil
        }
        let from = value["from"]?.stringValue.flatMap { Timestamp(text: $0) }
        let to = value["to"]?.stringValue.flatMap { Timestamp(text: $0) }
        if from == nil { note("/range/from", "must be a time as RFC 3339 spells it") }
        if to == nil { note("/range/to", "must be a time as RFC 3339 spells it") }
        guard let from, let to else { return nil }
        guard from < to else {
            note("/range", "must end after it starts")
            return nil
        }
        return .between(from: from, to: to)
    }

    private mutating func items(_ value: JSONValue?, _ pointer: String) -> [(Int, JSONValue)] {
        guard let value, !value.isNull else { return [] }
        guard let items = value.arrayValue, items.count <= Self.most else {
            note(pointer, "must be an array of at most \(Self.most)")
            return []
        }
        return Array(items.enumerated()).map { ($0.offset, $0.element) }
    }

    private mutating func checked(_ path: String?, _ pointer: String) -> String? {
        guard let path, !path.isEmpty, path.utf8.count <= 1_000, path == "*" || RecordPath(path) != nil else {
            note(pointer, "must be a path such as \"user.name\"")
            return nil
        }
        return path
    }

    private mutating func note(_ pointer: String, _ message: String) {
        issues.append(DashError.Issue(pointer: pointer, message: message))
    }

    private static func names<Value: CaseIterable & RawRepresentable<String>>(_ type: Value.Type) -> String {
        type.allCases.map(\.rawValue).joined(separator: ", ")
    }
}
