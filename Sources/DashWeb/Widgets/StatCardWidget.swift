import DashJSON

/// The newest value, large.
enum StatCardWidget {
    static let kind = WidgetKind(
        name: "stat_card",
        title: "Number",
        size: (6, 4),
        settings: [.unit, .decimals],
        hint: "The newest record's value, unless you choose an aggregate.",
        query: WidgetQuery(limit: 30, timeIsLast: true),
        template: #"""
            <div class="stat"><p class="value"><span class="figure{{size}}">{{figure}}</span>\#
            <span class="unit">{{unit}}</span></p><p class="label">{{label}}</p></div>
            """#,
        view: { config, result in
            guard let newest = result.newest else { return nil }
            let text = WidgetFigure.text(newest.value, type: "", decimals: config["decimals"]?.intValue)
            return [
                "figure": text, "size": WidgetFigure.size(of: text), "unit": config["unit"]?.stringValue ?? "",
                "label": newest.name,
            ]
        }
    )
}
