import DashModel
import DashStorage

/// A widget's answer with the frame that shows it, and what it took.
struct WidgetAnswer: Sendable {
    enum Content: Sendable {
        case result(DataResult)
        /// Why there is none.
        case problem(String)
    }

    var widget: WidgetDefinition
    var content: Content
    var frame: WidgetFrame
    var duration: Duration
    /// How long it holds without new records: its range moves with the time.
    var lifetime = Duration.seconds(60)

    init(_ widget: WidgetDefinition, result: DataResult, duration: Duration) {
        self.widget = widget
        let shown = widget.kind?.shown(result) ?? result
        frame = WidgetFrame(widget, result: shown)
        content = .result(shown)
        self.duration = duration
        if case .last(let span)? = widget.query?.range {
            // A chart changes with its buckets; in anything else nobody sees less than a part like them.
            lifetime = min(.seconds(60), max(.seconds(1), result.bucketWidth ?? span / 300))
        }
    }

    init(_ widget: WidgetDefinition, problem: String, duration: Duration = .zero) {
        self.widget = widget
        content = .problem(problem)
        frame = WidgetFrame(widget, error: problem)
        self.duration = duration
        lifetime = max(.seconds(1), duration * LivePace.restFactor)
    }
}
