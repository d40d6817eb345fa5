import DashAPI
import DashModel
import HTTPTypes
import Hummingbird

/// A person's own account: the address and the password.
struct PersonRoutes: Sendable {
    let site: Site

    func add(to router: some RouterMethods<DashRequestContext>) {
        router.get("/account") { request, context in
            let query = FormData.query(of: request)
            var data: ViewData = [:]
            switch query["done"] {
            case "password": data["done"] = "Your password is changed, and your other sessions have ended."
            case "confirm": data["done"] = "A mail is on its way; its link works once, for a day."
            default: break
            }
            return try show(context, data)
        }
        router.post("/account/password", use: changePassword)
        router.post("/account/email", use: changeEmail)
        router.post("/account/confirm", use: sendConfirmation)
    }

    private func show(
        _ context: DashRequestContext,
        _ extra: ViewData = [:],
        status: HTTPResponse.Status = .ok
    ) throws -> Response {
        let session = try context.requireSession()
        let data: ViewData = [
            "email": session.email, "isConfirmed": session.isConfirmed, "sendsMail": site.accounts.sendsMail,
            "tab_account": true,
        ]
        return try site.pages.page(
            "account",
            title: "Account",
            section: "account",
            data.merging(extra) { _, own in own },
            status: status,
            context: context
        )
    }

    @Sendable private func changePassword(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let session = try context.requireSession()
        let form = try await site.form(request, context)
        do {
            let browsers = try await site.accounts.changePassword(
                session,
                current: form["current_password"] ?? "",
                new: form["password"] ?? "",
                from: site.origin(request, context)
            )
            var response = Response.seeOther("/account?done=password", for: request)
            response.setCookie(BrowserCookie.make(browsers, secure: site.settings.isSecure))
            return response
        } catch let error as DashError where Self.isToldOnPage(error) {
            var data = FormProblem(error, fields: ["current_password", "password"]).data
            data["inPassword"] = true
            return try show(context, data, status: error.code.status)
        }
    }

    @Sendable private func changeEmail(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let session = try context.requireSession()
        let form = try await site.form(request, context)
        let email = form.text("email") ?? ""
        do {
            try await site.accounts.requestEmailChange(
                session,
                password: form["password"] ?? "",
                to: email,
                from: site.origin(request, context)
            )
            return try show(
                context,
                ["done": "A mail is on its way to \(email). The account moves when its link is opened."]
            )
        } catch let error as DashError where Self.isToldOnPage(error) {
            let problem = FormProblem(error, fields: ["email", "password"])
            var data: ViewData = ["problem": problem.data["problem"] ?? "", "new_email": email]
            data["error_email"] = problem.message(for: "email")
            data["error_email_password"] = problem.message(for: "password")
            return try show(context, data, status: error.code.status)
        }
    }

    @Sendable private func sendConfirmation(_ request: Request, _ context: DashRequestContext) async throws -> Response
    {
        let session = try context.requireSession()
        _ = try await site.form(request, context)
        do {
            try await site.accounts.requestConfirmation(session, from: site.origin(request, context))
            return Response.seeOther("/account?done=confirm", for: request)
        } catch let error as DashError where Self.isToldOnPage(error) {
            return try show(context, ["problem": error.message], status: error.code.status)
        }
    }

    private static func isToldOnPage(_ error: DashError) -> Bool {
        [.invalid, .rateLimited, .unavailable, .preconditionFailed].contains(error.code)
    }
}
