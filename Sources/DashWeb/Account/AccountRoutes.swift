import DashAPI
import DashModel
import FoundationEssentials
import HTTPTypes
import Hummingbird

/// Signing up, in and out, and taking up invitations.
struct AccountRoutes: Sendable {
    let site: Site

    private static let signUpFields: Set<String> = ["email", "password", "team_name"]

    func add(to router: some RouterMethods<DashRequestContext>) {
        router.get("/") { request, context in
            Response.seeOther(context.session == nil ? "/sign-in" : "/dashboards", for: request)
        }
        router.get("/sign-in") { request, context in
            let next = Self.localPath(FormData.query(of: request)["next"])
            if context.session != nil { return Response.seeOther(next, for: request) }
            return try site.anonymous("sign-in", "Sign in", ["next": next], request, context)
        }
        router.post("/sign-in", use: signIn)
        router.get("/sign-up") { request, context in
            if context.session != nil { return Response.seeOther("/", for: request) }
            let data: ViewData = ["action": "/sign-up", "isClosed": !site.accounts.isOpen]
            return try site.anonymous("sign-up", "Sign up", data, request, context)
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
            return site.enter(signedIn, next, request)
        } catch let error as DashError
            where [.unauthenticated, .rateLimited, .invalid, .unavailable].contains(error.code)
        {
            let data: ViewData = ["problem": error.message, "email": email, "next": next]
            return try site.anonymous("sign-in", "Sign in", data, request, context, status: error.code.status)
        }
    }

    @Sendable private func signUp(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let form = try await site.form(request, context)
        let email = form["email"] ?? ""
        do {
            if site.accounts.sendsMail {
                try await site.accounts.requestSignUp(
                    email: email,
                    password: form["password"] ?? "",
                    teamName: form.text("team_name"),
                    from: site.origin(request, context)
                )
                return try site.anonymous("mail-sent", "Look into your mail", ["signUp": email], request, context)
            }
            let signedIn = try await site.accounts.signUp(
                email: email,
                password: form["password"] ?? "",
                teamName: form.text("team_name"),
                from: site.origin(request, context)
            )
            return site.enter(signedIn, "/", request)
        } catch let error as DashError where error.code != .internal {
            var data = FormProblem(error, fields: Self.signUpFields).data
            data["action"] = "/sign-up"
            data["email"] = email
            data["team_name"] = form["team_name"] ?? ""
            return try site.anonymous("sign-up", "Sign up", data, request, context, status: error.code.status)
        }
    }

    @Sendable private func signOut(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        _ = try await site.form(request, context)
        if let session = context.session {
            try await site.accounts.signOut(session, from: site.origin(request, context))
        }
        var response = Response.seeOther("/sign-in", for: request)
        response.setCookie(SessionCookie.expired(secure: site.settings.isSecure))
        return response
    }

    @Sendable private func showInvitation(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let (token, invitation) = try await invitation(context)
        guard let session = context.session else {
            return try site.secret("sign-up", "Join", Self.data(invitation, token, request), request, context)
        }
        var data = Self.data(invitation, token, request)
        data["account"] = session.email
        return try site.secret("invitation", "Join", data, request, context)
    }

    @Sendable private func takeInvitation(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let (token, invitation) = try await invitation(context)
        let form = try await site.form(request, context)
        if let session = context.session {
            _ = try await site.accounts.accept(
                invitation: token,
                proof: Self.proof(request),
                in: session,
                from: site.origin(request, context)
            )
            return Response.seeOther("/", for: request)
        }
        do {
            let signedIn = try await site.accounts.signUp(
                email: invitation.email,
                password: form["password"] ?? "",
                invitation: token,
                proof: Self.proof(request),
                from: site.origin(request, context)
            )
            return site.enter(signedIn, "/", request)
        } catch let error as DashError where error.code != .internal {
            let data = Self.data(invitation, token, request).merging(FormProblem(error, fields: Self.signUpFields).data)
            { $1 }
            return try site.secret("sign-up", "Join", data, request, context, status: error.code.status)
        }
    }

    private func invitation(_ context: DashRequestContext) async throws -> (String, Invitation) {
        let token = context.parameters.get("token") ?? ""
        guard let invitation = try await site.accounts.invitation(token: token) else {
            throw DashError(.notFound, "The invitation is unknown, over or taken up already.")
        }
        return (token, invitation)
    }

    private static func data(_ invitation: Invitation, _ token: String, _ request: Request) -> ViewData {
        let action = "/invitations/" + token + (proof(request).map { "?mailed=" + URLText.encode($0) } ?? "")
        return [
            "invitation": invitation.teamName, "role": invitation.role.rawValue, "email": invitation.email,
            "action": action, "nextQuery": URLText.encode(action),
        ]
    }

    /// What the link of a mailed invitation has besides its token.
    private static func proof(_ request: Request) -> String? { FormData.query(of: request).text("mailed") }

    /// Where to go after signing in: only ever a place of ours.
    static func localPath(_ text: String?) -> String {
        guard let text, text.hasPrefix("/"), !text.hasPrefix("//"), !text.hasPrefix("/\\"),
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f })
        else { return "/" }
        return text
    }
}
