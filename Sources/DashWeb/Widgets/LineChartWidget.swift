/// Lines over time.
enum LineChartWidget {
    static let kind = WidgetKind(
        name: "line_chart",
        title: "Line chart",
        size: (12, 7),
        settings: [.unit, .decimals, .minimum, .maximum],
        hint: "Each one is a line; left empty, records are counted.",
        query: WidgetQuery(aggregate: "avg", isOverTime: true),
        rows: { _ in .series },
        template: WidgetChart.template,
        view: { _, result in WidgetChart.data(result, isBars: false) }
    )
}
