import DashJSON
import DashModel
import FoundationEssentials

/// What a form says, as the widget's attributes. Whatever was left open gets what suits the type.
extension WidgetForm {
    /// Throws `.invalid` with what the form itself can tell is wrong; pointers are the widget's.
    func attributes(_ known: WidgetFields, _ places: WidgetPlaces) throws -> JSONObject {
        guard let kind else {
            let issue = DashError.Issue(
                pointer: "/type",
                message: "must be one of " + WidgetKinds.names.joined(separator: ", ")
            )
            throw DashError(.invalid, "The widget can't be saved.", issues: [issue])
        }
        var issues: [DashError.Issue] = []
        let items = kind.query.map { self.items($0, known) } ?? []
        var values = JSONObject([("type", .string(type))])
        values["config"] = .object(config(kind, items, &issues))
        values["position"] = position(kind.size, places, &issues)
        values["data_query"] = kind.query.map { query($0, items, known) } ?? [:]
        if let query = kind.query {
            if pipeline.isEmpty { issues.append(.init(pointer: "/pipeline_id", message: "must be chosen")) }
            if query.columns > 0, fields.isEmpty, known.known.isEmpty {
                issues.append(.init(pointer: "/fields/0/path", message: "must be named, as no record has come yet"))
            }
        }
        guard issues.isEmpty else { throw DashError(.invalid, "The widget can't be saved.", issues: issues) }
        return values
    }

    // MARK: Config and place

    private func config(_ kind: WidgetKind, _ items: [Field], _ issues: inout [DashError.Issue]) -> JSONObject {
        var config = JSONObject()
        config["title"] = .string(title.isEmpty ? defaultTitle(kind, items) : title)
        if title.count > 120 { issues.append(.init(pointer: "/title", message: "must have at most 120 characters")) }
        for setting in kind.settings {
            let (value, fault) = setting.value(self.config[setting.name])
            if let value { config[setting.name] = value }
            if let fault { issues.append(.init(pointer: "/" + setting.name, message: fault)) }
        }
        if let low = config["min"]?.doubleValue, let high = config["max"]?.doubleValue, low >= high {
            issues.append(.init(pointer: "/max", message: "must be more than the minimum"))
        }
        return config
    }

    private func defaultTitle(_ kind: WidgetKind, _ items: [Field]) -> String {
        let names = items.filter { !$0.isTime }.prefix(3).map { $0.alias.isEmpty ? $0.path : $0.alias }
        let text = names.joined(separator: ", ")
        return text.isEmpty ? kind.untitled : text.prefix(1).uppercased() + text.dropFirst()
    }

    private func position(
        _ size: (w: Int, h: Int),
        _ places: WidgetPlaces,
        _ issues: inout [DashError.Issue]
    ) -> JSONValue {
        let bounds: [String: ClosedRange<Int>] = [
            "x": 0...(WidgetPlaces.columns - 1), "y": 0...WidgetPlaces.rows, "w": 1...WidgetPlaces.columns,
            "h": 1...100,
        ]
        var numbers: [String: Int] = [:]
        for key in Self.placeKeys {
            guard let text = place[key], let range = bounds[key] else { continue }
            if let number = Int(text), range.contains(number) {
                numbers[key] = number
            } else {
                let message = "must be a whole number from \(range.lowerBound) to \(range.upperBound)"
                issues.append(.init(pointer: "/position/" + key, message: message))
            }
        }
        let (w, h) = (numbers["w"] ?? size.w, numbers["h"] ?? size.h)
        guard numbers["x"] != nil || numbers["y"] != nil else { return places.free(w: w, h: h).json }
        let place = WidgetPlaces.Place(x: numbers["x"] ?? 0, y: numbers["y"] ?? 0, w: w, h: h)
        if place.x + place.w > WidgetPlaces.columns {
            issues.append(.init(pointer: "/position/w", message: "reaches beyond the dashboard's 24 columns"))
        } else {
            issues += places.issues(place)
        }
        return place.json
    }

    // MARK: Query

    private func query(_ wanted: WidgetQuery, _ items: [Field], _ known: WidgetFields) -> JSONValue {
        let groups = groups(wanted, known)
        let isAggregated = items.contains { $0.aggregate != "none" } || !groups.isEmpty
        var query = JSONObject()
        query["pipeline_id"] = .string(pipeline)
        query["fields"] = .array(items.map(Self.json))
        if !filters.isEmpty {
            query["filters"] = .array(
                filters.map { filter in
                    let value = WidgetFilterValue.json(filter.value, op: filter.op, kind: known.type(of: filter.path))
                    return ["path": .string(filter.path), "op": .string(filter.op), "value": value]
                }
            )
        }
        if !groups.isEmpty { query["group_by"] = .array(groups.map { .string($0) }) }
        switch bucket {
        case "none": break
        case "":
            let isOverTime = wanted.isOverTime && (wanted.ranking == nil || groups.isEmpty)
            if isOverTime, isAggregated { query["bucket"] = "auto" }
        default: query["bucket"] = .string(bucket)
        }
        query["range"] =
            (try? JSONValue(parsing: range)).flatMap { $0.objectValue == nil ? nil : $0 } ?? [
                "last": .string(range)
            ]
        let ranking = groups.isEmpty || query["bucket"] != nil ? nil : wanted.ranking
        query["order"] = .string(order.isEmpty ? (ranking == nil ? wanted.order : "desc") : order)
        let number = limit.isEmpty ? ranking ?? wanted.limit : Int(limit)
        query["limit"] = number.map { .number(JSONNumber($0)) } ?? .string(limit)
        return .object(query)
    }

    /// Where groups are compared, text is counted by how often each value comes.
    private func groups(_ wanted: WidgetQuery, _ known: WidgetFields) -> [String] {
        let named = groupBy.split(separator: ",").map { String($0).trimmingSpaces }.filter { !$0.isEmpty }
        guard named.isEmpty, wanted.ranking != nil, fields.count == 1, fields[0].aggregate.isEmpty, bucket.isEmpty,
            ["string", "boolean"].contains(known.type(of: fields[0].path))
        else { return named }
        return [fields[0].path]
    }

    /// The fields with their aggregates and names decided.
    private func items(_ wanted: WidgetQuery, _ known: WidgetFields) -> [Field] {
        let groups = groups(wanted, known)
        var items = fields
        if items.isEmpty {
            items =
                wanted.columns > 0 && groups.isEmpty
                ? known.known.prefix(wanted.columns).map { Field(path: $0.path, aggregate: "none") }
                : [Field(path: "*", aggregate: "count")]
        }
        let isChosen = items.contains { !["", "none"].contains($0.aggregate) }
        let isAggregated = isChosen || !groups.isEmpty || !["", "none"].contains(bucket)
        for index in items.indices {
            if items[index].path.isEmpty { items[index].path = "*" }
            if items[index].aggregate.isEmpty {
                items[index].aggregate = aggregate(of: items[index].path, wanted, known, isAggregated, groups)
            }
        }
        let isRaw = items.allSatisfy { $0.aggregate == "none" } && groups.isEmpty && ["", "none"].contains(bucket)
        if isRaw, !items.contains(where: { $0.path == "ingested_at" }) {
            // A record's own values go with their time: first in a table or chart, last where one figure is shown.
            let time = Field(path: "ingested_at", aggregate: "none", alias: "time")
            items.insert(time, at: wanted.timeIsLast ? items.endIndex : 0)
        }
        return Self.named(items)
    }

    private func aggregate(
        of path: String,
        _ wanted: WidgetQuery,
        _ known: WidgetFields,
        _ isAggregated: Bool,
        _ groups: [String]
    ) -> String {
        if let aggregate = wanted.aggregate {
            let isCounted = path == "*" || ["string", "boolean"].contains(known.type(of: path))
            return isCounted ? "count" : aggregate
        }
        if path == "*" { return "count" }
        if groups.contains(path) { return "none" }
        return isAggregated ? "last" : "none"
    }

    /// Every column has a name of its own.
    private static func named(_ fields: [Field]) -> [Field] {
        var used: Set<String> = []
        return fields.map { field in
            var field = field
            if field.alias.isEmpty { field.alias = name(of: field) }
            let base = field.alias
            if used.contains(base), field.aggregate != "none" { field.alias = field.aggregate + " " + base }
            var number = 2
            while used.contains(field.alias) {
                field.alias = "\(base) \(number)"
                number += 1
            }
            used.insert(field.alias)
            return field
        }
    }

    /// `count` for a count, else the path's last part.
    private static func name(of field: Field) -> String {
        if field.aggregate == "count" { return field.path == "*" ? "records" : "count" }
        let last = field.path.split(separator: ".").last.map(String.init) ?? field.path
        return last.contains("[") || last == "$" ? field.path : last
    }

    private static func json(_ field: Field) -> JSONValue {
        var item = JSONObject([("path", .string(field.path)), ("as", .string(field.alias))])
        if field.aggregate != "none" { item["aggregate"] = .string(field.aggregate) }
        return .object(item)
    }
}
