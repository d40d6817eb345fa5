/// The kinds of widgets that every Dash has. A new one is a file and a line here, and a module and a line in
/// `Public/js/widgets/kinds.js`.
public enum WidgetKinds {
    /// In the order of the form.
    static let all = [
        LineChartWidget.kind,
        BarChartWidget.kind,
        StatCardWidget.kind,
        GaugeWidget.kind,
        TableWidget.kind,
        TextWidget.kind,
    ]

    /// What a widget's `type` may be.
    public static let names = all.map(\.name)

    /// nil for a kind that this server lacks.
    static func named(_ name: String) -> WidgetKind? { all.first { $0.name == name } }

    /// The templates of their first views, by the names that `widget.mustache` calls them by.
    static let templates = Dictionary(uniqueKeysWithValues: all.map { ($0.templateName, $0.template) })

    /// Every setting once, though several kinds have it.
    static let settings = all.flatMap(\.settings).reduce(into: [WidgetSetting]()) { known, setting in
        if !known.contains(where: { $0.name == setting.name }) { known.append(setting) }
    }
}
