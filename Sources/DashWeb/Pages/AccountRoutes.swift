import DashAPI
import DashModel
import FoundationEssentials
import HTTPTypes
import Hummingbird

/// Signing up, in and out, and taking up invitations.
struct AccountRoutes: Sendable {
    let site: Site

    private static let signUpFields: Set<String> = ["email", "password", "team_name"]

    func add(to router: Router<DashRequestContext>) {
        router.get("/") { request, context in
            Response.seeOther(context.session == nil ? "/sign-in" : "/dashboards", for: request)
        }
        router.get("/sign-in") { request, context in
            let next = Self.localPath(FormData.query(of: request)["next"])
            if context.session != nil { return Response.seeOther(next, for: request) }
            return try anonymous("sign-in", "Sign in", ["next": next], request, context)
        }
        router.post("/sign-in", use: signIn)
        router.get("/sign-up") { request, context in
            if context.session != nil { return Response.seeOther("/", for: request) }
            return try anonymous("sign-up", "Sign up", ["action": "/sign-up"], request, context)
        }
        router.post("/sign-up", use: signUp)
        router.post("/sign-out", use: signOut)
        router.get("/invitations/{token}", use: showInvitation)
        router.post("/invitations/{token}", use: takeInvitation)
    }

    @Sendable private func signIn(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let form = try await site.form(request, context)
        let email = form["email"] ?? ""
        let next = Self.localPath(form["next"])
        do {
            let signedIn = try await site.accounts.signIn(
                email: email,
                password: form["password"] ?? "",
                from: site.origin(request, context)
            )
            return enter(signedIn, next, request)
        } catch let error as DashError where [.unauthenticated, .rateLimited, .invalid].contains(error.code) {
            let data: ViewData = ["problem": error.message, "email": email, "next": next]
            return try anonymous("sign-in", "Sign in", data, request, context, status: error.code.status)
        }
    }

    @Sendable private func signUp(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let form = try await site.form(request, context)
        do {
            let signedIn = try await site.accounts.signUp(
                email: form["email"] ?? "",
                password: form["password"] ?? "",
                teamName: form.text("team_name"),
                from: site.origin(request, context)
            )
            return enter(signedIn, "/", request)
        } catch let error as DashError where error.code != .internal {
            var data = FormProblem(error, fields: Self.signUpFields).data
            data["action"] = "/sign-up"
            data["email"] = form["email"] ?? ""
            data["team_name"] = form["team_name"] ?? ""
            return try anonymous("sign-up", "Sign up", data, request, context, status: error.code.status)
        }
    }

    @Sendable private func signOut(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        _ = try await site.form(request, context)
        if let session = context.session {
            try await site.accounts.signOut(session, from: site.origin(request, context))
            if let team = session.team?.team { site.dependencies.live.closeMemberViews(of: team) }
        }
        var response = Response.seeOther("/sign-in", for: request)
        response.setCookie(SessionCookie.expired(secure: site.settings.isSecure))
        return response
    }

    @Sendable private func showInvitation(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let (token, invitation) = try await invitation(context)
        guard let session = context.session else {
            return try anonymous("sign-up", "Join", Self.data(invitation, token), request, context)
        }
        var data = Self.data(invitation, token)
        data["token"] = token
        data["account"] = session.email
        return try site.pages.page("invitation", title: "Join", data, context: context)
    }

    @Sendable private func takeInvitation(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let (token, invitation) = try await invitation(context)
        let form = try await site.form(request, context)
        if let session = context.session {
            _ = try await site.accounts.accept(invitation: token, in: session)
            return Response.seeOther("/", for: request)
        }
        do {
            let signedIn = try await site.accounts.signUp(
                email: invitation.email,
                password: form["password"] ?? "",
                invitation: token,
                from: site.origin(request, context)
            )
            return enter(signedIn, "/", request)
        } catch let error as DashError where error.code != .internal {
            let data = Self.data(invitation, token).merging(FormProblem(error, fields: Self.signUpFields).data) { $1 }
            return try anonymous("sign-up", "Join", data, request, context, status: error.code.status)
        }
    }

    private func invitation(_ context: DashRequestContext) async throws -> (String, Invitation) {
        let token = context.parameters.get("token") ?? ""
        guard let invitation = try await site.accounts.invitation(token: token) else {
            throw DashError(.notFound, "The invitation is unknown, over or taken up already.")
        }
        return (token, invitation)
    }

    private static func data(_ invitation: Invitation, _ token: String) -> ViewData {
        [
            "invitation": invitation.teamName, "role": invitation.role.rawValue, "email": invitation.email,
            "action": "/invitations/" + token, "nextQuery": URLText.encode("/invitations/" + token),
        ]
    }

    private func enter(_ signedIn: SignedIn, _ next: String, _ request: Request) -> Response {
        var response = Response.seeOther(next, for: request)
        response.setCookie(SessionCookie.make(token: signedIn.token, secure: site.settings.isSecure))
        return response
    }

    /// A page with a form for somebody who is not signed in.
    private func anonymous(
        _ template: String,
        _ title: String,
        _ data: ViewData,
        _ request: Request,
        _ context: DashRequestContext,
        status: HTTPResponse.Status = .ok
    ) throws -> Response {
        let (token, cookie) = FormSecret.anonymous(for: request, secure: site.settings.isSecure)
        var data = data
        data["csrf"] = token
        var response = try site.pages.page(template, title: title, data, status: status, context: context)
        if let cookie { response.setCookie(cookie) }
        return response
    }

    /// Where to go after signing in: only ever a place of ours.
    static func localPath(_ text: String?) -> String {
        guard let text, text.hasPrefix("/"), !text.hasPrefix("//"), !text.hasPrefix("/\\"),
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f })
        else { return "/" }
        return text
    }
}
