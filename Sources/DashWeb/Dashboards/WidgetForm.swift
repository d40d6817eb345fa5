import DashJSON
import DashModel
import FoundationEssentials

/// A widget as its form has it: every control's text, as it was typed or as the stored widget says it.
struct WidgetForm: Sendable {
    struct Field: Sendable {
        var path = ""
        /// Empty: what suits the widget; `none`: the record's own value.
        var aggregate = ""
        var alias = ""
    }

    struct Filter: Sendable {
        var path = ""
        var op = "eq"
        var value = ""
    }

    var title = ""
    var type = WidgetKinds.all.first?.name ?? ""
    var pipeline = ""
    var fields: [Field] = []
    var filters: [Filter] = []
    /// Paths, with commas between them.
    var groupBy = ""
    var bucket = ""
    var range = "1h"
    var order = ""
    var limit = ""
    /// What was typed for the settings of all kinds, by their names.
    var config: [String: String] = [:]
    /// `x`, `y`, `w` and `h`; empty: wherever there is room.
    var place: [String: String] = [:]

    static let placeKeys = ["x", "y", "w", "h"]
    private static let rowLimit = 50

    init() {}

    /// nil for a type that there is not.
    var kind: WidgetKind? { WidgetKinds.named(type) }

    /// What a widget is called where its title is missing.
    static func title(of row: ResourceRow) -> String {
        if let title = row["config"]["title"]?.stringValue, !title.isEmpty { return title }
        let type = row.string("type") ?? ""
        return WidgetKinds.named(type)?.title ?? type
    }

    init(_ form: FormData) {
        title = form.text("title") ?? ""
        type = form.text("type") ?? type
        pipeline = form.text("pipeline_id") ?? ""
        for index in 0..<Self.rowLimit {
            let name = "fields.\(index)."
            guard let path = form[name + "path"]?.trimmingSpaces else { break }
            let field = Field(
                path: path,
                aggregate: form.text(name + "aggregate") ?? "",
                alias: form.text(name + "as") ?? ""
            )
            if !path.isEmpty || field.aggregate == "count" { fields.append(field) }
        }
        for index in 0..<Self.rowLimit {
            let name = "filters.\(index)."
            guard let path = form[name + "path"]?.trimmingSpaces else { break }
            let filter = Filter(
                path: path,
                op: form.text(name + "op") ?? "eq",
                value: form.text(name + "value") ?? ""
            )
            if !path.isEmpty || !filter.value.isEmpty { filters.append(filter) }
        }
        groupBy = form.text("group_by") ?? ""
        bucket = form.text("bucket") ?? ""
        range = form.text("range") ?? range
        order = form.text("order") ?? ""
        limit = form.text("limit") ?? ""
        for setting in WidgetKinds.settings { config[setting.name] = setting.typed(form[setting.name]) }
        for key in Self.placeKeys { place[key] = form.text("position." + key) }
    }

    /// The stored widget, so that its form gives it back unchanged.
    init(_ row: ResourceRow) {
        let stored = row["config"]
        let query = row["data_query"]
        title = stored["title"]?.stringValue ?? ""
        type = row.string("type") ?? type
        for setting in WidgetKinds.settings { config[setting.name] = stored[setting.name].map(Self.text) }
        for key in Self.placeKeys { place[key] = row["position"][key].map(Self.text) }
        pipeline = query["pipeline_id"]?.stringValue ?? ""
        for item in query["fields"]?.arrayValue ?? [] {
            let path = item.stringValue ?? item["path"]?.stringValue ?? ""
            fields.append(
                Field(
                    path: path,
                    aggregate: item["aggregate"]?.stringValue ?? "none",
                    alias: item["as"]?.stringValue ?? ""
                )
            )
        }
        if kind?.query?.timeIsLast == true, fields.count > 1, fields.last?.isTime == true { fields.removeLast() }
        for item in query["filters"]?.arrayValue ?? [] {
            filters.append(
                Filter(
                    path: item["path"]?.stringValue ?? "",
                    op: item["op"]?.stringValue ?? "eq",
                    value: WidgetFilterValue.text(item["value"] ?? .null)
                )
            )
        }
        groupBy = (query["group_by"]?.arrayValue ?? []).compactMap(\.stringValue).joined(separator: ", ")
        guard query["pipeline_id"] != nil else { return }
        bucket = query["bucket"]?.stringValue ?? "none"
        range = query["range"].map { $0["last"]?.stringValue ?? $0.text } ?? range
        order = query["order"]?.stringValue ?? ""
        limit = query["limit"].map(Self.text) ?? ""
    }

    private static func text(_ value: JSONValue) -> String {
        switch value {
        case .null: ""
        case .string(let text): text
        default: value.text
        }
    }
}

extension WidgetForm.Field {
    /// The time that goes with a record's own values.
    var isTime: Bool { path == "ingested_at" && aggregate == "none" }
}
