import DashJSON
import DashModel
import DashStorage
import FoundationEssentials

/// A widget's form: what it shows, from which pipeline, over which time, and where it stands.
struct WidgetForm {
    /// The attributes of the widget that the form says.
    private(set) var attributes = JSONObject()
    private(set) var issues: [DashError.Issue] = []
    private var filtersText = ""

    static let types = ["stat_card", "line_chart", "bar_chart", "table", "gauge", "text"]
    private static let ranges = [
        ("5m", "last 5 minutes"), ("15m", "last 15 minutes"), ("1h", "last hour"), ("6h", "last 6 hours"),
        ("24h", "last 24 hours"), ("7d", "last 7 days"), ("30d", "last 30 days"), ("90d", "last 90 days"),
    ]
    private static let buckets = [
        ("", "no buckets"), ("auto", "automatic"), ("10s", "10 seconds"), ("1m", "a minute"), ("5m", "5 minutes"),
        ("15m", "15 minutes"), ("1h", "an hour"), ("1d", "a day"),
    ]

    /// A new widget of a type, below what is there.
    init(type: String, pipeline: UUID?, below y: Int) {
        let type = Self.types.contains(type) ? type : "stat_card"
        let size =
            switch type {
            case "line_chart", "bar_chart", "table": (12, 8)
            case "text": (6, 4)
            default: (6, 4)
            }
        var query = JSONObject()
        if let pipeline { query["pipeline_id"] = .string(pipeline.text) }
        let aggregate = type == "line_chart" ? "avg" : type == "bar_chart" ? "count" : type == "table" ? nil : "last"
        var field: JSONObject = JSONObject([("path", "")])
        if let aggregate { field["aggregate"] = .string(aggregate) }
        query["fields"] = [.object(field)]
        if type == "line_chart" || type == "bar_chart" { query["bucket"] = "auto" }
        query["range"] = ["last": .string(type == "table" ? "24h" : "1h")]
        if type == "table" {
            query["limit"] = 20
            query["order"] = "desc"
        }
        attributes["type"] = .string(type)
        attributes["config"] = [:]
        attributes["position"] = Self.position(0, y, size.0, size.1)
        attributes["data_query"] = .object(query)
    }

    init(_ row: ResourceRow) {
        for name in ["type", "config", "position", "data_query"] { attributes[name] = row[name] }
        filtersText = Self.filters(row["data_query"])
    }

    init(_ form: FormData) {
        let type = form.text("type") ?? ""
        attributes["type"] = .string(type)
        attributes["config"] = .object(Self.config(form))
        attributes["position"] = .object(
            JSONObject(["x", "y", "w", "h"].map { ($0, Self.number(form, $0) ?? .null) })
        )
        filtersText = form["filters"] ?? ""
        attributes["data_query"] = type == "text" ? [:] : query(form, type)
    }

    // MARK: Reading

    private static func config(_ form: FormData) -> JSONObject {
        var config = JSONObject()
        for key in ["title", "unit", "text"] {
            if let text = form.text(key) { config[key] = .string(text.replacing("\r\n", with: "\n")) }
        }
        for key in ["decimals", "min", "max"] {
            if let value = number(form, key) { config[key] = value }
        }
        return config
    }

    private mutating func query(_ form: FormData, _ type: String) -> JSONValue {
        var query = JSONObject()
        query["pipeline_id"] = form.text("pipeline_id").map { .string($0) } ?? .null
        let groups = (form.text("group_by") ?? "").split(separator: ",").map { String($0).trimmingSpaces }
            .filter { !$0.isEmpty }
        var fields = Self.fields(form)
        let isRaw = fields.allSatisfy { $0["aggregate"] == nil }
        let bucket = form.text("bucket")
        // A chart of single records has their time below it.
        if isRaw, bucket == nil, type.hasSuffix("_chart"), !fields.contains(where: { $0["path"] == "ingested_at" }) {
            fields.insert(["path": "ingested_at"], at: 0)
        }
        query["fields"] = .array(fields)
        if let filters = readFilters() { query["filters"] = filters }
        if !groups.isEmpty { query["group_by"] = .array(groups.map { .string($0) }) }
        if let bucket { query["bucket"] = .string(bucket) }
        query["range"] = ["last": .string(form.text("range") ?? "1h")]
        // Charts and numbers read their rows from the oldest to the newest.
        let hasOrder = type == "table" || (type == "bar_chart" && bucket == nil)
        if hasOrder, let order = form.text("order") { query["order"] = .string(order) }
        if let limit = Self.number(form, "limit") { query["limit"] = limit }
        return .object(query)
    }

    private mutating func readFilters() -> JSONValue? {
        let text = filtersText.trimmingSpaces
        guard !text.isEmpty else { return nil }
        do {
            return try JSONValue(parsing: text)
        } catch {
            issues.append(.init(pointer: "/filters", message: "is not JSON: \(error)"))
            return nil
        }
    }

    private static func fields(_ form: FormData) -> [JSONValue] {
        var rows: [Int: JSONObject] = [:]
        for (name, value) in form.pairs {
            let parts = name.split(separator: ".", maxSplits: 2)
            guard parts.count == 3, parts[0] == "fields", let index = Int(parts[1]), index < 100 else { continue }
            let text = value.trimmingSpaces
            if !text.isEmpty { rows[index, default: JSONObject()][String(parts[2])] = .string(text) }
        }
        return rows.sorted { $0.key < $1.key }.compactMap { _, row in
            // Counting needs no field.
            if row["path"] == nil, row["aggregate"] == "count" {
                var row = row
                row["path"] = "*"
                return .object(row)
            }
            return row["path"] == nil ? nil : .object(row)
        }
    }

    private static func number(_ form: FormData, _ name: String) -> JSONValue? {
        guard let text = form.text(name) else { return nil }
        if let value = Int(text) { return .number(JSONNumber(value)) }
        return Double(text).map { .number(JSONNumber($0)) } ?? .string(text)
    }

    private static func position(_ x: Int, _ y: Int, _ w: Int, _ h: Int) -> JSONValue {
        let parts = [("x", x), ("y", y), ("w", w), ("h", h)]
        return .object(JSONObject(parts.map { ($0.0, .number(JSONNumber($0.1))) }))
    }

    private static func filters(_ query: JSONValue) -> String {
        guard let filters = query["filters"]?.arrayValue, !filters.isEmpty else { return "" }
        return JSONText.pretty(.array(filters))
    }

    // MARK: Showing

    func data(pipelines: [(id: UUID, name: String)]) -> ViewData {
        let config = attributes["config"] ?? [:]
        let query = attributes["data_query"] ?? [:]
        let position = attributes["position"] ?? [:]
        let type = attributes["type"]?.stringValue ?? ""
        let pipeline = query["pipeline_id"]?.stringValue
        let fields = query["fields"]?.arrayValue ?? []
        var data: ViewData = [
            "types": Self.types.map { Self.option($0, DashboardView.names[$0] ?? $0, type) },
            "pipelines": pipelines.map { Self.option($0.id.text, $0.name, pipeline) },
            "hasPipelines": !pipelines.isEmpty,
            "rows": fields.enumerated().map { Self.row($1, $0) },
            "aggregates": Self.aggregates(selected: nil),
            "groupBy": (query["group_by"]?.arrayValue ?? []).compactMap(\.stringValue).joined(separator: ", "),
            "filters": filtersText,
            "ranges": Self.options(Self.ranges, selected: query["range"]?["last"]?.stringValue ?? "1h"),
            "buckets": Self.options(Self.buckets, selected: query["bucket"]?.stringValue ?? ""),
            "orders": Self.options(
                [("asc", "ascending, oldest first"), ("desc", "descending, newest first")],
                selected: query["order"]?.stringValue ?? (type == "table" ? "desc" : "asc")
            ),
        ]
        for key in ["title", "unit", "text", "decimals", "min", "max"] { data[key + "Value"] = Self.text(config[key]) }
        for key in ["x", "y", "w", "h"] { data[key] = Self.text(position[key]) }
        data["limit"] = Self.text(query["limit"])
        return data
    }

    private static func row(_ field: JSONValue, _ index: Int) -> ViewData {
        [
            "index": index, "path": field["path"]?.stringValue ?? "", "as": field["as"]?.stringValue ?? "",
            "aggregates": aggregates(selected: field["aggregate"]?.stringValue ?? ""),
        ]
    }

    private static func aggregates(selected: String?) -> [ViewData] {
        options([("", "as it is")] + DataQuery.Aggregate.allCases.map { ($0.rawValue, $0.rawValue) }, selected: selected)
    }

    private static func options(_ choices: [(String, String)], selected: String?) -> [ViewData] {
        let isKnown = choices.contains { $0.0 == selected }
        let more = selected.flatMap { $0.isEmpty || isKnown ? nil : [($0, $0)] } ?? []
        return (choices + more).map { option($0.0, $0.1, selected) }
    }

    private static func option(_ value: String, _ label: String, _ selected: String?) -> ViewData {
        ["value": value, "label": label, "isSelected": value == selected]
    }

    private static func text(_ value: JSONValue?) -> String {
        switch value {
        case nil, .null?: ""
        case .string(let text)?: text
        case let value?: value.text
        }
    }
}
