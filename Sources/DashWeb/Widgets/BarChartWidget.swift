import DashJSON
import DashStorage

/// Columns over time, or bars by category.
enum BarChartWidget {
    static let kind = WidgetKind(
        name: "bar_chart",
        title: "Bar chart",
        size: (12, 7),
        settings: [.unit, .decimals, .minimum, .maximum],
        hint: "Text is counted by its values, numbers are summed over time.",
        query: WidgetQuery(aggregate: "sum", isOverTime: true, ranking: 20),
        rows: { $0.isOverTime ? .series : .first(50) },
        template: #"""
            {{#isBars}}<ul class="bars">{{#bars}}<li><span class="name">{{name}}</span>\#
            <svg class="bar" viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true">\#
            <rect x="{{x}}" width="{{w}}" height="12"/>{{#hasZero}}<line x1="{{zero}}" x2="{{zero}}" y2="12"/>{{/hasZero}}\#
            </svg><span class="figure">{{figure}}</span></li>{{/bars}}</ul>{{/isBars}}
            """# + WidgetChart.template,
        view: { config, result in
            result.isOverTime ? WidgetChart.data(result, isBars: true) : bars(result, config)
        }
    )

    /// On one scale, from zero to either side.
    private static func bars(_ result: DataResult, _ config: JSONValue) -> ViewData? {
        let columns = result.columns
        guard let measure = columns.firstIndex(where: \.isFigure) else { return nil }
        let names = columns.indices.filter { !columns[$0].isFigure }
        let scale = FigureScale(result.rows.compactMap { $0[measure].doubleValue }, withZero: true)
        let zero = scale.share(0)
        return [
            "isChart": false, "isBars": true,
            "bars": result.rows.map { row in
                let name = names.map { WidgetFigure.name(row[$0]) }
                let end = row[measure].doubleValue.map(scale.share) ?? zero
                return [
                    "name": name.isEmpty ? columns[measure].name : name.joined(separator: " · "),
                    "x": FigureScale.tenth(min(zero, end) * 100), "w": FigureScale.tenth(abs(end - zero) * 100),
                    "hasZero": zero > 0, "zero": FigureScale.tenth(zero * 100),
                    "figure": WidgetFigure.text(row[measure], config),
                ] as ViewData
            },
        ]
    }
}
