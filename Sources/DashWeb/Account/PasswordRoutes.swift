import DashAPI
import DashModel
import Hummingbird

/// A forgotten password: asking for a link, and setting a new one by it.
struct PasswordRoutes: Sendable {
    let site: Site

    func add(to router: some RouterMethods<DashRequestContext>) {
        router.get("/forgot-password") { request, context in
            let data: ViewData = ["email": context.session?.email ?? ""]
            return try site.anonymous("forgot-password", "Forgotten password", data, request, context)
        }
        router.post("/forgot-password", use: ask)
        router.get("/reset-password/{token}", use: show)
        router.post("/reset-password/{token}", use: reset)
    }

    @Sendable private func ask(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let form = try await site.form(request, context)
        let email = form.text("email") ?? ""
        do {
            try await site.accounts.requestReset(email: email, from: site.origin(request, context))
            return try site.anonymous("mail-sent", "Look into your mail", ["reset": email], request, context)
        } catch let error as DashError where [.rateLimited, .preconditionFailed].contains(error.code) {
            let data: ViewData = ["problem": error.message, "email": email]
            return try site.anonymous(
                "forgot-password",
                "Forgotten password",
                data,
                request,
                context,
                status: error.code.status
            )
        }
    }

    @Sendable private func show(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        guard let link = try await link(context) else { return try gone(request, context) }
        return try site.secret("reset-password", "Set a new password", ["email": link.email], request, context)
    }

    @Sendable private func reset(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let form = try await site.form(request, context)
        guard let link = try await link(context) else { return try gone(request, context) }
        do {
            let signedIn = try await site.accounts.resetPassword(
                token: context.parameters.get("token") ?? "",
                new: form["password"] ?? "",
                from: site.origin(request, context)
            )
            return site.enter(signedIn, "/", request)
        } catch let error as DashError where error.code == .notFound {
            return try gone(request, context)
        } catch let error as DashError where [.invalid, .rateLimited, .unavailable].contains(error.code) {
            var data = FormProblem(error, fields: ["password"]).data
            data["email"] = link.email
            return try site.secret(
                "reset-password",
                "Set a new password",
                data,
                request,
                context,
                status: error.code.status
            )
        }
    }

    private func link(_ context: DashRequestContext) async throws -> AccountLink? {
        let link = try await site.accounts.link(token: context.parameters.get("token") ?? "")
        return link?.purpose == .reset ? link : nil
    }

    private func gone(_ request: Request, _ context: DashRequestContext) throws -> Response {
        try site.secret("link-gone", "Link over", ["isReset": true], request, context, status: .notFound)
    }
}
