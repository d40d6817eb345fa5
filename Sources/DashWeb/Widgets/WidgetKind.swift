import DashJSON
import DashStorage

/// A kind of widget, as it is listed in `WidgetKinds`. Its module of `Public/js/widgets` shows each answer that comes after the first
/// view.
struct WidgetKind: Sendable {
    /// The `type` of its rows, and the name of its module.
    let name: String
    let title: String
    /// The size of a new widget, in columns and rows of the dashboard.
    let size: (w: Int, h: Int)
    /// What its config has besides the title, in the order of the form.
    let settings: [WidgetSetting]
    /// What the form says below the fields.
    let hint: String
    /// What it asks where the form was left open; nil: it shows its config and no data.
    let query: WidgetQuery?
    /// What a widget is called when neither somebody nor its fields name it.
    let untitled: String
    /// Whether its content reaches the edges, and scrolls there.
    let isFlush: Bool
    /// What of an answer is shown.
    let rows: @Sendable (DataResult) -> WidgetRows
    /// The Mustache template of the first view, which is all that is seen until a script runs.
    let template: String
    /// What the template is given of the config and the answer; nil: there is nothing to show.
    let view: @Sendable (JSONValue, DataResult?) -> ViewData?

    /// A kind that shows what its pipeline's records answer.
    init(
        name: String,
        title: String,
        size: (w: Int, h: Int),
        settings: [WidgetSetting] = [],
        hint: String = "",
        query: WidgetQuery,
        isFlush: Bool = false,
        rows: @escaping @Sendable (DataResult) -> WidgetRows = { _ in .all },
        template: String,
        view: @escaping @Sendable (JSONValue, DataResult) -> ViewData?
    ) {
        self.name = name
        self.title = title
        self.size = size
        self.settings = settings
        self.hint = hint
        self.query = query
        untitled = "Records"
        self.isFlush = isFlush
        self.rows = rows
        self.template = template
        self.view = { config, result in result.flatMap { view(config, $0) } }
    }

    /// A kind that shows its config alone.
    init(
        name: String,
        title: String,
        untitled: String,
        size: (w: Int, h: Int),
        settings: [WidgetSetting],
        template: String,
        view: @escaping @Sendable (JSONValue) -> ViewData?
    ) {
        self.name = name
        self.title = title
        self.size = size
        self.settings = settings
        hint = ""
        query = nil
        self.untitled = untitled
        isFlush = false
        rows = { _ in .all }
        self.template = template
        self.view = { config, _ in view(config) }
    }

    func shown(_ result: DataResult) -> DataResult { rows(result).shown(of: result) }

    func leftOut(_ result: DataResult) -> String? { rows(result).leftOut(of: result) }

    /// The name under which the pages' templates find its own.
    var templateName: String { "widgets/" + name }
}
