import DashModel
import DashStorage

/// The part of an answer that a widget shows, and what it says of the rest. Each row is paid for by every viewer.
enum WidgetRows: Sendable {
    /// As it is, with no word of a rest.
    case all
    /// As a list has them.
    case first(Int)
    /// As a chart over time draws them: the largest series.
    case series

    func shown(of result: DataResult) -> DataResult {
        guard case .first(let limit) = self, result.rows.count > limit else { return result }
        var shown = result
        shown.rows = Array(result.rows.prefix(limit))
        shown.isTruncated = true
        if !result.isOverTime { shown.groups?.shown = limit }
        return shown
    }

    /// What is left out, in words; nil when it is nothing. The modules of the kinds say the same.
    func leftOut(of result: DataResult) -> String? {
        switch self {
        case .all: return nil
        case .first:
            guard result.isTruncated else { return nil }
            guard let groups = result.groups, groups.shown < groups.total else {
                return "\(result.rows.count) rows shown, there are more"
            }
            return "\(groups.shown) of \(groups.total) shown"
        case .series:
            let series = WidgetSeries(result)
            let measures = max(1, result.columns.filter(\.isFigure).count)
            let total = max(series.count, (result.groups?.total ?? 0) * measures)
            if series.shown.count < total { return "\(series.shown.count) of \(total) shown" }
            return result.isTruncated ? "The newest part of the range is shown" : nil
        }
    }
}
