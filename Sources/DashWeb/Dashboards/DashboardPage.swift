import DashAPI
import DashJSON
import DashModel
import DashStorage
import FoundationEssentials

/// A dashboard's grid of widgets as both its own page and its public one show it.
struct DashboardPage: Sendable {
    let dashboard: ResourceRow
    /// In reading order, which is the order of the page.
    let widgets: [ResourceRow]

    /// More than any dashboard has; the live view takes as many.
    static let widgetLimit = 500

    init(dashboard: ResourceRow, widgets: [ResourceRow]) {
        self.dashboard = dashboard
        self.widgets = widgets.prefix(Self.widgetLimit)
            .map { ($0, WidgetPlaces.Place($0["position"])) }
            .sorted { $0.1.isBefore($1.1) }
            .map(\.0)
    }

    /// The team's dashboard with this id.
    static func load(_ id: UUID, _ site: Site, as principal: Principal) async throws -> DashboardPage {
        let dashboard = try await site.resources.fetch(Resources.dashboards, id: id, as: principal)
        let query = ResourceQuery(
            filters: [.init("dashboard_id", .eq, .string(id.text))],
            sort: [.init("inserted_at")],
            limit: widgetLimit
        )
        let widgets = try await site.resources.list(Resources.widgets, query, as: principal).rows
        return DashboardPage(dashboard: dashboard, widgets: widgets)
    }

    var name: String { dashboard.string("name") ?? "" }

    /// What the `dashboard-grid` template is given. `live` is the address of the stream, `home` the page's own.
    func grid(_ answers: WidgetAnswers, live: String, home: String, mayEdit: Bool) async -> ViewData {
        let definitions = widgets.map(WidgetDefinition.init)
        let team = dashboard.uuid("team_id") ?? dashboard.id
        let shown = await answers.answers(to: definitions.filter(\.showsData), of: team)
        return [
            "live": live,
            "home": home,
            "version": version(definitions),
            "stylesheet": DashboardStylesheet.address(of: widgets.map { WidgetPlaces.Place($0["position"]) }),
            "hasWidgets": !widgets.isEmpty,
            "widgets": widgets.map { WidgetView.data($0, answer: shown[$0.id], mayEdit: mayEdit) },
        ]
    }

    /// The same as the live view's, so that the page knows when it is out of date.
    private func version(_ definitions: [WidgetDefinition]) -> String {
        DashboardDefinition(
            id: dashboard.id,
            team: dashboard.id,
            isPublic: dashboard.bool("is_public"),
            publicTokenHash: nil,
            refreshInterval: .seconds(1),
            widgets: definitions
        ).version
    }
}
