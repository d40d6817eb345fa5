import DashJSON

/// The newest number on a half circle between two ends.
enum GaugeWidget {
    static let kind = WidgetKind(
        name: "gauge",
        title: "Gauge",
        size: (6, 5),
        settings: [.unit, .decimals, .minimum, .maximum],
        hint: "The newest record's value, unless you choose an aggregate.",
        query: WidgetQuery(limit: 1, timeIsLast: true),
        template: #"""
            <div class="gauge">
            <svg viewBox="0 0 120 76" role="img" aria-label="{{label}}: {{figure}}, from {{low}} to {{high}}">
            <path class="track" d="M 12 64 A 48 48 0 0 1 108 64"/>
            <path class="arc" d="M 12 64 A 48 48 0 0 1 108 64" pathLength="100" stroke-dasharray="{{arc}}"/>
            <text class="figure{{size}}" x="60" y="58">{{figure}}</text>
            <text class="scale" x="12" y="75">{{low}}</text>
            <text class="scale" x="108" y="75">{{high}}</text>
            </svg>
            </div>
            """#,
        view: { config, result in
            guard let newest = result.newest, let value = newest.value.doubleValue else { return nil }
            let low = config["min"]?.doubleValue ?? 0
            let high = config["max"]?.doubleValue ?? 100
            let share = min(1, max(0, (value - low) / (high == low ? 1 : high - low)))
            let text = WidgetFigure.text(newest.value, config)
            return [
                "arc": "\(FigureScale.tenth(share * 100)) 200", "low": WidgetFigure.text(low),
                "high": WidgetFigure.text(high), "label": newest.name, "figure": text,
                "size": WidgetFigure.size(of: text),
            ]
        }
    )
}
