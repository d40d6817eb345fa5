/// A widget's computed frame and what it took.
struct WidgetAnswer: Sendable {
    var widget: WidgetDefinition
    var frame: WidgetFrame
    var duration: Duration
    var bucket: Duration?
}
