import DashAPI
import DashModel
import DashStorage
import FoundationEssentials
import Hummingbird

/// A shared dashboard, found by the token in its address.
struct PublicPage: Sendable {
    var dashboard: PublicDashboard
    /// The stored hash of the link, by which its streams are ended when it is turned off.
    var tokenHash: String

    var id: UUID { dashboard.dashboard.id }
    var team: UUID { dashboard.team }

    static func find(_ context: DashRequestContext, _ site: Site) async throws -> PublicPage {
        guard let token = context.parameters.get("token"),
            let dashboard = try await site.dependencies.publicDashboards.dashboard(token: token),
            let row = try await site.dependencies.store.fetch(
                Resources.dashboards,
                id: dashboard.dashboard.id,
                in: .team(dashboard.team)
            ),
            let hash = row.string("public_token")
        else { throw DashError(.notFound, "This link does not work, or it was turned off.") }
        return PublicPage(dashboard: dashboard, tokenHash: hash)
    }
}
