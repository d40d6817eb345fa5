import DashAPI
import DashModel
import DashStorage
import FoundationEssentials
import Hummingbird

/// A shared dashboard, found by the token in its address.
struct PublicPage: Sendable {
    var dashboard: PublicDashboard

    var id: UUID { dashboard.dashboard.id }
    var team: UUID { dashboard.team }
    /// By it the link's streams are ended when it is turned off.
    var tokenHash: String { dashboard.tokenHash }

    static func find(_ context: DashRequestContext, _ site: Site) async throws -> PublicPage {
        guard let token = context.parameters.get("token"),
            let dashboard = try await site.dependencies.publicDashboards.dashboard(token: token)
        else { throw DashError(.notFound, "This link does not work, or it was turned off.") }
        return PublicPage(dashboard: dashboard)
    }
}
