import DashAPI
import DashModel
import Hummingbird

/// Where a person is signed in, and signing out there.
struct SessionRoutes: Sendable {
    let site: Site

    func add(to router: some RouterMethods<DashRequestContext>) {
        router.get("/account/sessions", use: show)
        router.post("/account/sessions/end-others", use: endOthers)
        router.post("/account/sessions/{id}/end", use: end)
    }

    @Sendable private func show(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let sessions = try await site.accounts.sessions(of: try context.requireSession())
        var data: ViewData = [
            "sessions": sessions.map(Self.row), "hasOthers": sessions.count > 1, "tab_sessions": true,
        ]
        if let ended = FormData.query(of: request)["ended"].flatMap({ Int($0) }) {
            data["done"] = ended == 1 ? "One session has ended." : "\(ended) sessions have ended."
        }
        return try site.pages.page("account-sessions", title: "Sessions", section: "account", data, context: context)
    }

    private static func row(_ session: OpenSession) -> ViewData {
        [
            "id": session.id.text,
            "browser": BrowserName.text(of: session.userAgent),
            "agent": session.userAgent ?? "",
            "address": session.remoteAddress ?? "unknown",
            "signedIn": Moment.text(session.signedInAt),
            "lastSeen": session.isCurrent ? "now" : Moment.text(session.lastSeenAt),
            "expires": Moment.text(session.expiresAt),
            "isCurrent": session.isCurrent,
        ]
    }

    @Sendable private func end(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let session = try context.requireSession()
        _ = try await site.form(request, context)
        try await site.accounts.endSession(
            LiveRoutes.id(context),
            of: session,
            from: site.origin(request, context)
        )
        return Response.seeOther("/account/sessions?ended=1", for: request)
    }

    @Sendable private func endOthers(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let session = try context.requireSession()
        _ = try await site.form(request, context)
        let count = try await site.accounts.endOtherSessions(of: session, from: site.origin(request, context))
        return Response.seeOther("/account/sessions?ended=\(count)", for: request)
    }
}
