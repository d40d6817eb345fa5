import DashAPI
import DashModel
import FoundationEssentials
import HTTPTypes
import Hummingbird

/// The streams: a pipeline's tail and a dashboard's widgets for members, a dashboard's widgets for who has its link.
struct LiveRoutes: Sendable {
    let site: Site

    func add(to router: Router<DashRequestContext>) {
        router.get("/live/pipelines/{id}") { request, context in
            let principal = try context.requirePrincipal()
            let row = try await site.resources.fetch(Resources.pipelines, id: Self.id(context), as: principal)
            return try open(.tail(row.id, team: principal.team), as: .member(team: principal.team), request, context)
        }
        router.get("/live/dashboards/{id}") { request, context in
            let principal = try context.requirePrincipal()
            let row = try await site.resources.fetch(Resources.dashboards, id: Self.id(context), as: principal)
            return try open(
                .dashboard(row.id, team: principal.team),
                as: .member(team: principal.team),
                request,
                context
            )
        }
        router.get("/d/{token}/live") { request, context in
            let dashboard = try await PublicPage.find(context, site)
            let topic = LiveTopic.dashboard(dashboard.id, team: dashboard.team)
            return try open(topic, as: .link(dashboard.tokenHash), request, context)
        }
    }

    private func open(
        _ topic: LiveTopic,
        as audience: LiveAudience,
        _ request: Request,
        _ context: DashRequestContext
    ) throws -> Response {
        let position = request.headers[.lastEventID].flatMap(LivePosition.init(text:))
        let viewer = try site.dependencies.live.open(topic, as: audience, after: position)
        return LiveEndpoint.response(viewer, channel: context.channel)
    }

    static func id(_ context: DashRequestContext, _ name: String = "id") throws -> UUID {
        guard let id = context.parameters.get(name).flatMap({ UUID(text: $0) }) else {
            throw DashError(.notFound, "There is no such thing.")
        }
        return id
    }
}
