import DashModel
import DashStorage

/// A chart over time as the server first draws it: the whole range, each series in its own line and colour. The browser's takes
/// its place.
enum WidgetChart {
    /// In the picture's 100 by 40.
    private static let bottom = 38.0
    private static let height = 36.0

    static let template = #"""
        {{#isChart}}<svg class="first-line" viewBox="0 0 100 40" preserveAspectRatio="none" role="img" aria-label="{{summary}}">
        {{#series}}<g class="series-{{slot}}{{#isDot}} dot{{/isDot}}">\#
        {{#isColumns}}{{#rects}}<rect x="{{x}}" y="{{y}}" width="{{w}}" height="{{h}}"/>{{/rects}}{{/isColumns}}\#
        {{^isColumns}}<polyline points="{{points}}" vector-effect="non-scaling-stroke"/>{{/isColumns}}\#
        </g>{{/series}}
        </svg>{{/isChart}}
        """#

    /// What the template is given; nil when there is no number.
    static func data(_ result: DataResult, isBars: Bool) -> ViewData? {
        let series = WidgetSeries(result).shown.filter { !$0.points.isEmpty }
        guard !series.isEmpty else { return nil }
        let scale = FigureScale(series.flatMap { $0.points.map(\.value) }, withZero: isBars)
        let span = max(1, Double(result.to.microseconds - result.from.microseconds))
        let width = max(0.3, 70 * (result.bucketWidth.map { Double($0.microseconds) } ?? span / 100) / span)
        var data: ViewData = [
            "isChart": true, "isBars": false,
            "summary": series.map { "\($0.name): last \(WidgetFigure.text($0.last, type: ""))" }
                .joined(separator: ", "),
        ]
        data["series"] = series.map { series in
            let points = series.points.enumerated().map { index, point in
                let share = point.at.map { Double($0.microseconds - result.from.microseconds) / span }
                let x = share ?? Double(index) / Double(max(1, series.points.count - 1))
                return (x: x * 100, y: bottom - scale.share(point.value) * height)
            }
            let zero = bottom - scale.share(0) * height
            var view: ViewData = ["slot": series.slot, "isColumns": isBars, "isDot": points.count == 1]
            if isBars {
                view["rects"] = points.map { point in
                    [
                        "x": FigureScale.tenth(point.x - width / 2), "y": FigureScale.tenth(min(point.y, zero)),
                        "w": FigureScale.tenth(width), "h": FigureScale.tenth(abs(point.y - zero)),
                    ] as ViewData
                }
            } else {
                // A single point is a line of no length, whose round ends make it a dot.
                let drawn = points.count == 1 ? points + points : points
                view["points"] = drawn.map { FigureScale.tenth($0.x) + "," + FigureScale.tenth($0.y) }
                    .joined(separator: " ")
            }
            return view
        }
        return data
    }
}
