import DashJSON
import DashModel
public import DashStorage
import FoundationEssentials

/// Dashboards that anybody with their link may see. Nothing is remembered, so a revoked link is dead at once.
public struct PublicDashboards: Sendable {
    private let store: any Store

    public init(store: any Store) { self.store = store }

    /// The shared dashboard behind a link's token; nil when there is none (any more).
    public func dashboard(token: String) async throws -> PublicDashboard? {
        guard token.utf8.count == 43 else { return nil }
        let hash = SecretToken.hash(token)
        let query = ResourceQuery(
            filters: [.init("public_token", .eq, .string(hash)), .init("is_public", .eq, true)],
            limit: 1
        )
        guard let row = try await store.list(Resources.dashboards, query, in: .system).rows.first,
            let stored = row.string("public_token"), ConstantTime.equal(stored, hash), row.bool("is_public"),
            let team = row.uuid("team_id")
        else { return nil }
        let here = ResourceQuery(
            filters: [.init("dashboard_id", .eq, .string(row.id.text))],
            sort: [.init("inserted_at")],
            limit: 1_000
        )
        var dashboard = row
        dashboard.values["public_token"] = nil
        let widgets = try await store.list(Resources.widgets, here, in: .team(team)).rows
        return PublicDashboard(team: team, dashboard: dashboard, widgets: widgets)
    }
}
