import DashJSON
import DashModel
import DashStorage

/// The lines or columns of a chart: one a group and measure. `series.js` makes the same of a frame.
struct WidgetSeries {
    struct Series {
        var name: String
        /// Its colour, from 1.
        var slot = 1
        /// By time; nil where the answer has none.
        var points: [(at: Timestamp?, value: Double)] = []
        var last: JSONValue = .null
        fileprivate var newest = Timestamp(microseconds: .min)
        /// What the values come to, whatever their signs: the largest are drawn.
        var size = 0.0
    }

    /// So many are drawn unless somebody asks for all.
    static let limit = 10

    /// The largest, in the order of their names.
    let shown: [Series]
    /// How many the answer has.
    let count: Int

    init(_ result: DataResult) {
        let columns = result.columns
        let time = columns.firstIndex { $0.role == .time }
        let measures = columns.indices.filter { columns[$0].isFigure }
        let groups = columns.indices.filter { $0 != time && !columns[$0].isFigure }
        var found: [String: Series] = [:]
        for row in result.rows {
            let at = time.flatMap { row[$0].stringValue }.flatMap { Timestamp(text: $0) }
            let group = groups.map { WidgetFigure.name(row[$0]) }.joined(separator: " · ")
            for measure in measures {
                let parts = [group, measures.count > 1 || group.isEmpty ? columns[measure].name : ""]
                let name = parts.filter { !$0.isEmpty }.joined(separator: " ")
                guard let value = row[measure].doubleValue else {
                    found[name] = found[name] ?? Series(name: name)
                    continue
                }
                var series = found[name] ?? Series(name: name)
                series.points.append((at, value))
                series.size += abs(value)
                if at ?? .epoch >= series.newest { (series.newest, series.last) = (at ?? .epoch, row[measure]) }
                found[name] = series
            }
        }
        count = found.count
        let largest = found.values.sorted { left, right in
            left.size == right.size
                ? SeriesColour.hash(left.name) < SeriesColour.hash(right.name) : left.size > right.size
        }
        let drawn = largest.prefix(Self.limit)
        let slots = SeriesColour.slots(of: drawn.map(\.name))
        shown = drawn.sorted { $0.name < $1.name }.map { series in
            var series = series
            series.slot = slots[series.name] ?? 1
            series.points.sort { ($0.at ?? .epoch) < ($1.at ?? .epoch) }
            return series
        }
    }
}

extension DataResult.Column {
    /// Whether it is drawn, rather than naming what is.
    var isFigure: Bool { role == .measure && type == "number" }
}
