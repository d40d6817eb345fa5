import DashModel
import DashStorage

/// The part of an answer that its widget shows. Each row is paid for by every viewer.
enum WidgetRows {
    private static let table = 100
    private static let bars = 50

    /// The first rows of a table and of bars by category; a chart over time is drawn whole.
    static func shown(_ result: DataResult, as type: String) -> DataResult {
        let limit: Int
        switch type {
        case "bar_chart" where !result.isOverTime: limit = bars
        case "table": limit = table
        default: return result
        }
        guard result.rows.count > limit else { return result }
        var shown = result
        shown.rows = Array(result.rows.prefix(limit))
        shown.isTruncated = true
        if !result.isOverTime { shown.groups?.shown = limit }
        return shown
    }

    /// What is left out, in words; nil when it is nothing. `charts.js` says the same.
    static func leftOut(_ result: DataResult, as type: String) -> String? {
        let isChart = type == "line_chart" || type == "bar_chart"
        if isChart, result.isOverTime || type == "line_chart" {
            let series = WidgetSeries(result)
            let measures = max(1, result.columns.filter(\.isFigure).count)
            let total = max(series.count, (result.groups?.total ?? 0) * measures)
            if series.shown.count < total { return "\(series.shown.count) of \(total) shown" }
            return result.isTruncated ? "The newest part of the range is shown" : nil
        }
        guard isChart || type == "table", result.isTruncated else { return nil }
        guard let groups = result.groups, groups.shown < groups.total else {
            return "\(result.rows.count) rows shown, there are more"
        }
        return "\(groups.shown) of \(groups.total) shown"
    }
}

extension DataResult {
    /// Whether its rows have a time of their own.
    var isOverTime: Bool { columns.contains { $0.role == .time } }
}
