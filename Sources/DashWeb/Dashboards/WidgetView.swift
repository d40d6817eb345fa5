import DashJSON
import DashModel
import DashStorage
import FoundationEssentials

/// A widget as the server first draws it, so that a page says something before its first live frame, or without any.
enum WidgetView {
    /// Everything that the `widget` template names, with what its kind's template names; `mayEdit` shows the way to its form.
    static func data(_ row: ResourceRow, answer: WidgetAnswers.Answer?, mayEdit: Bool) -> ViewData {
        let type = row.string("type") ?? ""
        let kind = WidgetKinds.named(type)
        let config = row["config"]
        var data: ViewData = [
            "widgetID": row.id.text,
            "type": type,
            "widgetTitle": WidgetForm.title(of: row),
            "config": shownConfig(config, of: kind).text,
            "mayEditWidget": mayEdit,
            "dashboardID": row.string("dashboard_id") ?? "",
            "frame": "",
            "hasFrame": false,
            "isFlush": kind?.isFlush ?? false,
            "kindTitle": kind?.title.lowercased() ?? "",
            "viewTemplate": kind?.templateName ?? "",
            "hasView": false,
            "isEmpty": false,
            "trouble": false,
            "leftOut": false,
        ]
        data.merge(content(config, answer, of: kind)) { $1 }
        return data
    }

    /// What a browser needs of a config, and nothing else that somebody may have put there.
    private static func shownConfig(_ config: JSONValue, of kind: WidgetKind?) -> JSONValue {
        var shown = JSONObject()
        guard let kind, kind.query != nil else { return .object(shown) }
        for setting in kind.settings {
            if let value = config[setting.name], !value.isNull { shown[setting.name] = value }
        }
        return .object(shown)
    }

    private static func content(_ config: JSONValue, _ answer: WidgetAnswers.Answer?, of kind: WidgetKind?) -> ViewData
    {
        if let kind, kind.query == nil { return view(kind.view(config, nil)) }
        switch answer {
        case nil: return ["isEmpty": true]
        case .problem(let message)?: return ["trouble": message]
        case .result(let result)?:
            guard let kind, !result.rows.isEmpty else { return ["isEmpty": true] }
            var data = view(kind.view(config, result))
            if let words = kind.leftOut(result) { data["leftOut"] = words }
            return data
        }
    }

    private static func view(_ data: ViewData?) -> ViewData {
        data?.merging(["hasView": true]) { $1 } ?? ["isEmpty": true]
    }
}
