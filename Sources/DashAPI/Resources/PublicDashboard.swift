public import DashModel
public import FoundationEssentials

/// A shared dashboard with its widgets. Viewers get the widgets' results, never their queries.
public struct PublicDashboard: Sendable, Hashable {
    public var team: UUID
    public var dashboard: ResourceRow
    public var widgets: [ResourceRow]

    public init(team: UUID, dashboard: ResourceRow, widgets: [ResourceRow]) {
        self.team = team
        self.dashboard = dashboard
        self.widgets = widgets
    }
}
