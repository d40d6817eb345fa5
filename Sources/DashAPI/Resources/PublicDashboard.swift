public import DashModel
public import FoundationEssentials

/// A shared dashboard with its widgets. Viewers get the widgets' results, never their queries.
public struct PublicDashboard: Sendable, Hashable {
    public var team: UUID
    public var dashboard: ResourceRow
    public var widgets: [ResourceRow]
    /// The stored hash of its link's token.
    public var tokenHash: String

    public init(team: UUID, dashboard: ResourceRow, widgets: [ResourceRow], tokenHash: String) {
        self.team = team
        self.dashboard = dashboard
        self.widgets = widgets
        self.tokenHash = tokenHash
    }
}
