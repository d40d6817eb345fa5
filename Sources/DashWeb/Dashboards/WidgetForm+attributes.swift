import DashJSON
import DashModel
import FoundationEssentials

/// What a form says, as the widget's attributes. Whatever was left open gets what suits the type.
extension WidgetForm {
    private static let sizes: [String: (w: Int, h: Int)] = [
        "line_chart": (12, 7), "bar_chart": (12, 7), "stat_card": (6, 4), "gauge": (6, 5), "table": (12, 8),
        "text": (12, 3),
    ]

    /// Throws `.invalid` with what the form itself can tell is wrong; pointers are the widget's.
    func attributes(_ known: WidgetFields, _ places: WidgetPlaces) throws -> JSONObject {
        var issues: [DashError.Issue] = []
        var values = JSONObject([("type", .string(type))])
        values["config"] = .object(config(known, &issues))
        values["position"] = position(places, &issues)
        values["data_query"] = type == "text" ? [:] : query(known)
        if type != "text" {
            if pipeline.isEmpty { issues.append(.init(pointer: "/pipeline_id", message: "must be chosen")) }
            if type == "table", fields.isEmpty, known.known.isEmpty {
                issues.append(.init(pointer: "/fields/0/path", message: "must be named, as no record has come yet"))
            }
        } else if text.trimmingSpaces.isEmpty {
            issues.append(.init(pointer: "/text", message: "must not be empty"))
        }
        guard issues.isEmpty else { throw DashError(.invalid, "The widget can't be saved.", issues: issues) }
        return values
    }

    // MARK: Config and place

    private func config(_ known: WidgetFields, _ issues: inout [DashError.Issue]) -> JSONObject {
        var config = JSONObject()
        config["title"] = .string(title.isEmpty ? defaultTitle(known) : title)
        if title.count > 120 { issues.append(.init(pointer: "/title", message: "must have at most 120 characters")) }
        if type == "text" {
            config["text"] = .string(text)
            if text.utf8.count > 20_000 { issues.append(.init(pointer: "/text", message: "is too long")) }
            return config
        }
        if let unit = self.config["unit"], type != "table" {
            config["unit"] = .string(unit)
            if unit.count > 20 { issues.append(.init(pointer: "/unit", message: "must have at most 20 characters")) }
        }
        if let text = self.config["decimals"], type != "table" {
            let decimals = Int(text)
            config["decimals"] = .number(JSONNumber(decimals ?? 0))
            if decimals.map({ !(0...10).contains($0) }) ?? true {
                issues.append(.init(pointer: "/decimals", message: "must be a whole number from 0 to 10"))
            }
        }
        for key in ["min", "max"] where type == "gauge" || type.hasSuffix("chart") {
            guard let text = self.config[key] else { continue }
            if let number = JSONNumber(text: text) {
                config[key] = .number(number)
            } else {
                issues.append(.init(pointer: "/" + key, message: "must be a number"))
            }
        }
        if let low = config["min"]?.doubleValue, let high = config["max"]?.doubleValue, low >= high {
            issues.append(.init(pointer: "/max", message: "must be more than the minimum"))
        }
        return config
    }

    private func defaultTitle(_ known: WidgetFields) -> String {
        guard type != "text" else { return "Note" }
        let names = items(known).filter { !$0.isTime }.prefix(3).map { $0.alias.isEmpty ? $0.path : $0.alias }
        let text = names.joined(separator: ", ")
        return text.isEmpty ? "Records" : text.prefix(1).uppercased() + text.dropFirst()
    }

    private func position(_ places: WidgetPlaces, _ issues: inout [DashError.Issue]) -> JSONValue {
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
        let size = Self.sizes[type] ?? (8, 4)
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

    private func query(_ known: WidgetFields) -> JSONValue {
        let items = items(known)
        let groups = groups(known)
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
            let isOverTime = type == "line_chart" || type == "bar_chart" && groups.isEmpty
            if isOverTime, isAggregated { query["bucket"] = "auto" }
        default: query["bucket"] = .string(bucket)
        }
        query["range"] =
            (try? JSONValue(parsing: range)).flatMap { $0.objectValue == nil ? nil : $0 } ?? [
                "last": .string(range)
            ]
        let isRanking = type == "bar_chart" && !groups.isEmpty && query["bucket"] == nil
        query["order"] = .string(order.isEmpty ? (type == "table" || isRanking ? "desc" : "asc") : order)
        query["limit"] =
            limit.isEmpty ? defaultLimit(isRanking) : Int(limit).map { .number(JSONNumber($0)) } ?? .string(limit)
        return .object(query)
    }

    private func defaultLimit(_ isRanking: Bool) -> JSONValue {
        switch type {
        case "table": 50
        case "stat_card": 30
        case "gauge": 1
        default: isRanking ? 20 : 1_000
        }
    }

    /// A bar chart of text counts how often each value comes.
    private func groups(_ known: WidgetFields) -> [String] {
        let named = groupBy.split(separator: ",").map { String($0).trimmingSpaces }.filter { !$0.isEmpty }
        guard named.isEmpty, type == "bar_chart", fields.count == 1, fields[0].aggregate.isEmpty, bucket.isEmpty,
            ["string", "boolean"].contains(known.type(of: fields[0].path))
        else { return named }
        return [fields[0].path]
    }

    /// The fields with their aggregates and names decided.
    private func items(_ known: WidgetFields) -> [Field] {
        let groups = groups(known)
        var items = fields
        if items.isEmpty {
            items =
                type == "table" && groups.isEmpty
                ? known.known.prefix(7).map { Field(path: $0.path, aggregate: "none") }
                : [Field(path: "*", aggregate: "count")]
        }
        let isChosen = items.contains { !["", "none"].contains($0.aggregate) }
        let isAggregated = isChosen || !groups.isEmpty || !["", "none"].contains(bucket)
        for index in items.indices {
            if items[index].path.isEmpty { items[index].path = "*" }
            if items[index].aggregate.isEmpty {
                items[index].aggregate = aggregate(of: items[index].path, known, isAggregated, groups)
            }
        }
        let isRaw = items.allSatisfy { $0.aggregate == "none" } && groups.isEmpty && ["", "none"].contains(bucket)
        if isRaw, !items.contains(where: { $0.path == "ingested_at" }) {
            // A record's own values go with their time: first in a table or chart, last where one figure is shown.
            let time = Field(path: "ingested_at", aggregate: "none", alias: "time")
            items.insert(time, at: Self.showsOneFigure(type) ? items.endIndex : 0)
        }
        return Self.named(items)
    }

    private func aggregate(
        of path: String,
        _ known: WidgetFields,
        _ isAggregated: Bool,
        _ groups: [String]
    ) -> String {
        let kind = known.type(of: path)
        let isText = kind == "string" || kind == "boolean"
        switch type {
        case "line_chart": return isText || path == "*" ? "count" : "avg"
        case "bar_chart": return isText || path == "*" ? "count" : "sum"
        default:
            if path == "*" { return "count" }
            if groups.contains(path) { return "none" }
            return isAggregated ? "last" : "none"
        }
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
