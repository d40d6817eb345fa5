import DashAPI
import DashModel
import DashPipeline
import FoundationEssentials
import HTTPTypes
import Hummingbird

/// The streams: a pipeline's tail and a dashboard's widgets for members, a dashboard's widgets for who has its link.
struct LiveRoutes: Sendable {
    let site: Site

    func add(to router: some RouterMethods<DashRequestContext>) {
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
        // Who asks for the head follows nothing.
        if request.method == .head { return LiveEndpoint.head }
        let position = request.headers[.lastEventID].flatMap(LivePosition.init(text:))
        let place = try site.dependencies.border.caps.enter(caps(topic, audience, context))
        let viewer = try site.dependencies.live.open(topic, as: audience, after: position, holding: place)
        if case .member = audience, let grant = Grant(context, to: .read, on: topic.resource) {
            viewer.watch(grant, with: site.dependencies.rights)
        }
        return LiveEndpoint.response(viewer, channel: context.channel)
    }

    /// Whose streams this one is counted among.
    private func caps(_ topic: LiveTopic, _ audience: LiveAudience, _ context: DashRequestContext) -> [Cap] {
        let limits = site.dependencies.border.limits
        var caps = [Cap(Self.kind, of: .team(topic.team), limit: limits.teamStreams)]
        if case .link(let hash) = audience { caps.append(Cap(Self.kind, of: .link(hash), limit: limits.linkStreams)) }
        // A proxy that names nobody stands for many.
        if let address = context.remoteAddress,
            IPAddress(text: address).map({ !site.settings.proxies.contains($0) }) ?? true
        {
            caps.append(Cap(Self.kind, of: .client(address), limit: limits.addressStreams))
        }
        return caps
    }

    private static let kind = "live views"

    static func id(_ context: DashRequestContext, _ name: String = "id") throws -> UUID {
        guard let id = context.parameters.get(name).flatMap({ UUID(text: $0) }) else {
            throw DashError(.notFound, "There is no such thing.")
        }
        return id
    }
}
