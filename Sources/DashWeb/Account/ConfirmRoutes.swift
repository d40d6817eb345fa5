import DashAPI
import DashModel
import Hummingbird

/// The links that confirm an address: of a sign-up, of an account, of the address it moves to. Opening one does nothing
/// yet, as programs that look through mail open links, too.
struct ConfirmRoutes: Sendable {
    let site: Site

    func add(to router: some RouterMethods<DashRequestContext>) {
        router.get("/confirm/{token}", use: show)
        router.post("/confirm/{token}", use: confirm)
    }

    @Sendable private func show(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        guard let link = try await link(context) else { return try gone(request, context) }
        return try site.secret("confirm", "Confirm your address", Self.data(link), request, context)
    }

    @Sendable private func confirm(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let form = try await site.form(request, context)
        guard let link = try await link(context) else { return try gone(request, context) }
        let token = context.parameters.get("token") ?? ""
        let origin = site.origin(request, context)
        do {
            if link.purpose == .signUp {
                let password = form["password"] ?? ""
                return site.enter(
                    try await site.accounts.completeSignUp(token: token, password: password, from: origin),
                    "/",
                    request
                )
            }
            let email = try await site.accounts.confirm(token: token, from: origin)
            let isSignedIn = context.session?.user == link.user
            let data: ViewData = ["confirmed": email, "isSignedIn": isSignedIn, "isMove": link.purpose == .changeEmail]
            return try site.secret("confirm", "Address confirmed", data, request, context)
        } catch let error as DashError where error.code == .notFound {
            return try gone(request, context)
        } catch let error as DashError
            where [.invalid, .conflict, .rateLimited, .unavailable].contains(error.code)
        {
            let data = Self.data(link).merging(FormProblem(error, fields: ["password"]).data) { $1 }
            return try site.secret(
                "confirm",
                "Confirm your address",
                data,
                request,
                context,
                status: error.code.status
            )
        }
    }

    private static func data(_ link: AccountLink) -> ViewData {
        [
            "email": link.email, "isSignUp": link.purpose == .signUp, "isMove": link.purpose == .changeEmail,
            "isOpen": true,
        ]
    }

    private func link(_ context: DashRequestContext) async throws -> AccountLink? {
        let link = try await site.accounts.link(token: context.parameters.get("token") ?? "")
        return link?.purpose == .reset ? nil : link
    }

    private func gone(_ request: Request, _ context: DashRequestContext) throws -> Response {
        try site.secret("link-gone", "Link over", [:], request, context, status: .notFound)
    }
}
