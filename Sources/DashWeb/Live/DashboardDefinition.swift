import DashJSON
import DashModel
import DashStorage
import FoundationEssentials

/// What the live view needs to know of a dashboard.
struct DashboardDefinition: Sendable {
    var id: UUID
    var team: UUID
    var isPublic: Bool
    /// The hash of its public link's token.
    var publicTokenHash: String?
    var refreshInterval: Duration
    var widgets: [WidgetDefinition]

    /// nil when there is no such dashboard in the team.
    static func load(_ id: UUID, in team: UUID, from store: Store) async throws -> DashboardDefinition? {
        guard let row = try await store.resources.fetch(Resources.dashboards, id: id, in: .team(team)) else {
            return nil
        }
        let query = ResourceQuery(filters: [.init("dashboard_id", .eq, .string(id.text))], limit: 500)
        let widgets = try await store.resources.list(Resources.widgets, query, in: .team(team)).rows
        return DashboardDefinition(
            id: id,
            team: team,
            isPublic: row.bool("is_public"),
            publicTokenHash: row.string("public_token"),
            refreshInterval: .seconds(max(1, row.int("refresh_interval_seconds") ?? 1)),
            widgets: widgets.map(WidgetDefinition.init)
        )
    }

    /// Changes whenever a page that shows the dashboard has to be drawn anew.
    var version: String {
        let text = widgets.map { $0.key + "@" + $0.updatedAt }.sorted().joined(separator: ",")
        return StableHash.hex(text.utf8)
    }
}
