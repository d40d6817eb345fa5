import DashJSON
import DashModel
import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore

/// A dashboard as its page shows it, to members and by its link alike.
enum DashboardView {
    static func data(_ row: ResourceRow, _ widgets: [ResourceRow]) -> ViewData {
        [
            "id": row.id.text,
            "dashboardName": row.string("name") ?? "",
            "version": version(widgets),
            "widgets": widgets.map(widget),
            "hasWidgets": !widgets.isEmpty,
        ]
    }

    /// The same as `DashboardDefinition.version`: a page that shows another one is out of date.
    static func version(_ widgets: [ResourceRow]) -> String {
        let text = widgets.map { $0.id.text + "@" + ($0.string("updated_at") ?? "") }.sorted().joined(separator: ",")
        return StableHash.hex(text.utf8)
    }

    /// Where each widget stands on the grid: a stylesheet of its own, as the page may hold no style.
    static func stylesheet(_ widgets: [ResourceRow]) -> Response {
        let rules = widgets.map { row in
            let place = Place(row["position"])
            return "#w-\(row.id.text){grid-column:\(place.x + 1)/span \(place.w);grid-row:\(place.y + 1)/span \(place.h)}"
        }
        let text = "@media (min-width:720px){" + rules.joined(separator: "\n") + "}\n"
        return Response(
            status: .ok,
            headers: [.contentType: "text/css; charset=utf-8", .cacheControl: "private, max-age=3600"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text))
        )
    }

    /// By rows, then from the left: the order on a phone and for the keyboard.
    static func ordered(_ widgets: [ResourceRow]) -> [ResourceRow] {
        widgets.map { ($0, Place($0["position"])) }
            .sorted { ($0.1.y, $0.1.x, $0.0.id.text) < ($1.1.y, $1.1.x, $1.0.id.text) }
            .map(\.0)
    }

    struct Place {
        var x, y, w, h: Int

        init(_ value: JSONValue) {
            func part(_ key: String, _ range: ClosedRange<Int>, _ fallback: Int) -> Int {
                min(max(value[key]?.intValue ?? fallback, range.lowerBound), range.upperBound)
            }
            x = part("x", 0...23, 0)
            y = part("y", 0...10_000, 0)
            w = min(part("w", 1...24, 8), 24 - x)
            h = part("h", 1...100, 6)
        }
    }

    private static func widget(_ row: ResourceRow) -> ViewData {
        let config = row["config"]
        let type = row.string("type") ?? ""
        let title = config["title"]?.stringValue ?? ""
        var data: ViewData = [
            "widget": row.id.text,
            "widgetType": type,
            "title": title.isEmpty ? Self.names[type] ?? type : title,
            "config": shownConfig(config).text,
            "isText": type == "text",
        ]
        if type == "text" {
            data["paragraphs"] = (config["text"]?.stringValue ?? "").split(whereSeparator: \.isNewline).map(String.init)
        }
        return data
    }

    /// What the browser needs to draw, and nothing else of the config.
    private static func shownConfig(_ config: JSONValue) -> JSONValue {
        let keys = ["unit", "decimals", "min", "max"]
        return .object(JSONObject(keys.compactMap { key in config[key].map { (key, $0) } }))
    }

    static let names = [
        "table": "Table", "line_chart": "Line chart", "bar_chart": "Bar chart", "stat_card": "Number", "text": "Text",
        "gauge": "Gauge",
    ]
}
