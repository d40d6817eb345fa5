public import DashJSON
import DashModel
import FoundationEssentials

extension DataQuery {
    /// Reads `{"pipeline_id", "fields", "filters", "group_by", "bucket", "range", "order", "limit", "group_limit"}`; throws
    /// `.invalid` with everything that is wrong, each with its JSON pointer.
    public init(json: JSONValue) throws {
        var reader = DataQueryReader()
        let query = reader.read(json)
        guard reader.issues.isEmpty, let query else {
            throw DashError(.invalid, "The query is not valid.", issues: reader.issues)
        }
        self = query
    }

    /// The form that `init(json:)` reads.
    public var json: JSONValue {
        var object = JSONObject()
        object["pipeline_id"] = .string(pipeline.text)
        object["fields"] = .array(
            fields.map { field in
                var item = JSONObject()
                item["path"] = .string(field.path)
                if field.alias != field.path { item["as"] = .string(field.alias) }
                if let aggregate = field.aggregate { item["aggregate"] = .string(aggregate.rawValue) }
                return .object(item)
            }
        )
        if !filters.isEmpty {
            object["filters"] = .array(
                filters.map { ["path": .string($0.path), "op": .string($0.op.rawValue), "value": $0.value] }
            )
        }
        if !groupBy.isEmpty { object["group_by"] = .array(groupBy.map(JSONValue.string)) }
        switch bucket {
        case .auto?: object["bucket"] = "auto"
        case .width(let width)?: object["bucket"] = .string(DurationText.text(width))
        case nil: break
        }
        switch range {
        case .last(let span): object["range"] = ["last": .string(DurationText.text(span))]
        case .between(let from, let to): object["range"] = ["from": .string(from.text), "to": .string(to.text)]
        }
        object["order"] = .string(order.rawValue)
        object["limit"] = .number(JSONNumber(limit))
        if let groupLimit { object["group_limit"] = .number(JSONNumber(groupLimit)) }
        return .object(object)
    }
}

extension DataQuery.Range {
    /// Whether it ends with this moment, which it then includes.
    var isOpenEnded: Bool { if case .last = self { true } else { false } }
}
