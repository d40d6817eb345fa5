import DashModel
import DashStorage
import FoundationEssentials

/// What the `widget-form` template is given.
extension WidgetForm {
    private static let aggregates = [
        ("", "automatic"), ("none", "each record"), ("count", "count"), ("sum", "sum"), ("avg", "average"),
        ("min", "minimum"), ("max", "maximum"), ("last", "last"), ("first", "first"), ("p50", "median (p50)"),
        ("p95", "95th percentile"), ("p99", "99th percentile"),
    ]
    private static let operators = [
        ("eq", "is"), ("ne", "is not"), ("gt", "is more than"), ("ge", "is at least"), ("lt", "is less than"),
        ("le", "is at most"), ("in", "is one of"), ("contains", "contains"), ("exists", "exists"),
    ]
    private static let ranges = [
        ("5m", "last 5 minutes"), ("15m", "last 15 minutes"), ("1h", "last hour"), ("6h", "last 6 hours"),
        ("24h", "last 24 hours"),
        ("7d", "last 7 days"), ("30d", "last 30 days"),
    ]
    private static let buckets = [
        ("", "automatic"), ("none", "none"), ("auto", "by the range"), ("1s", "1 second"), ("10s", "10 seconds"),
        ("1m", "1 minute"), ("5m", "5 minutes"), ("15m", "15 minutes"), ("1h", "1 hour"), ("6h", "6 hours"),
        ("1d", "1 day"),
    ]
    private static let orders = [("", "automatic"), ("asc", "oldest or least first"), ("desc", "newest or most first")]
    private static let placeLabels = ["x": "Column", "y": "Row", "w": "Width", "h": "Height"]
    private static let fieldParts = ["path", "aggregate", "as"]

    /// Controls that the form has whatever the kind.
    static let ownNames: Set<String> = [
        "title", "type", "pipeline_id", "fields", "group_by", "bucket", "range", "order", "limit", "filters",
        "position", "position.x", "position.y", "position.w", "position.h",
    ]

    /// The names of the form's controls, for placing messages.
    var names: Set<String> {
        var names = Self.ownNames.union(WidgetKinds.settings.map(\.name))
        for index in 0..<max(1, fields.count) { names.formUnion(Self.fieldParts.map { "fields.\(index).\($0)" }) }
        for index in filters.indices {
            names.formUnion(["path", "op", "value"].map { "filters.\(index).\($0)" })
        }
        return names
    }

    /// Pointers of the widget as pointers of the form.
    static func placed(_ error: DashError) -> DashError {
        var error = error
        error.issues = error.issues.map { issue in
            var pointer = issue.pointer
            for prefix in ["/data_query", "/config"] where pointer.hasPrefix(prefix + "/") {
                pointer = String(pointer.dropFirst(prefix.count))
            }
            return .init(pointer: pointer, message: issue.message)
        }
        return error
    }

    func data(_ known: WidgetFields, pipelines: [(id: UUID, name: String)], error: DashError?) -> ViewData {
        let problem = error.map { FormProblem(Self.placed($0), fields: names) }
        var data: ViewData = problem?.data ?? [:]
        data.merge(
            [
                "widgetTitle": title, "groupBy": groupBy, "limit": limit,
                "types": Self.options(WidgetKinds.all.map { ($0.name, $0.title) }, type),
                "dataTypes": Self.types { $0.query != nil },
                "hints": WidgetKinds.all.map { ["type": $0.name, "hint": $0.hint] as ViewData },
                "settingTypes": Self.types { $0.settings.contains { !$0.isText } },
                "pipelines": Self.options(
                    [("", "Choose a pipeline")] + pipelines.map { ($0.id.text, $0.name) },
                    pipeline
                ),
                "hasPipelines": !pipelines.isEmpty,
                "known": known.options,
                "ranges": Self.options(Self.ranges, range),
                "buckets": Self.options(Self.buckets, bucket),
                "orders": Self.options(Self.orders, order),
                "newField": fieldData(0, Field(), nil), "newFilter": filterData(0, Filter(), nil),
            ]
        ) { $1 }
        for (key, isText) in [("texts", true), ("settings", false)] {
            data[key] = WidgetKinds.settings.filter { $0.isText == isText }.map { setting in
                setting.data(config[setting.name] ?? "", error: problem?.message(for: setting.name))
            }
        }
        let rows = fields.isEmpty ? [Field()] : fields
        data["fields"] = rows.enumerated().map { fieldData($0.offset, $0.element, problem) }
        data["filters"] = filters.enumerated().map { filterData($0.offset, $0.element, problem) }
        data["places"] = Self.placeKeys.map { key in
            [
                "key": key, "label": Self.placeLabels[key] ?? key, "value": place[key] ?? "",
                "error": problem?.message(for: "position." + key) ?? false,
            ] as ViewData
        }
        data["positionProblem"] = problem?.message(for: "position") ?? false
        data["showsMore"] = !filters.isEmpty || !groupBy.isEmpty || error != nil
        return data
    }

    /// The kinds that pass, as the form's controls say for which they are.
    private static func types(_ passes: (WidgetKind) -> Bool) -> String {
        WidgetKinds.all.filter(passes).map(\.name).joined(separator: " ")
    }

    private func fieldData(_ index: Int, _ field: Field, _ problem: FormProblem?) -> ViewData {
        let name = "fields.\(index)"
        return [
            "index": index, "path": field.path, "alias": field.alias,
            "aggregates": Self.options(Self.aggregates, field.aggregate),
            "error": Self.fieldParts.lazy.compactMap { problem?.message(for: name + "." + $0) }.first
                ?? (index == 0 ? problem?.message(for: "fields") : nil) ?? false,
        ]
    }

    private func filterData(_ index: Int, _ filter: Filter, _ problem: FormProblem?) -> ViewData {
        let name = "filters.\(index)."
        return [
            "index": index, "path": filter.path, "value": filter.value,
            "operators": Self.options(Self.operators, filter.op),
            "error": ["path", "op", "value"].lazy.compactMap { problem?.message(for: name + $0) }.first ?? false,
        ]
    }

    /// A choice that is not among the usual ones stays, so that saving changes nothing else.
    private static func options(_ choices: [(String, String)], _ current: String) -> [ViewData] {
        let isKnown = choices.contains { $0.0 == current }
        return (choices + (isKnown ? [] : [(current, current)])).map { choice in
            ["value": choice.0, "name": choice.1, "isSelected": choice.0 == current]
        }
    }
}
