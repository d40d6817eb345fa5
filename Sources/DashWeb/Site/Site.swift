import DashAPI
import DashModel
import Hummingbird

/// What every page's routes work with.
struct Site: Sendable {
    let dependencies: WebDependencies
    let pages: PageRenderer

    var settings: WebSettings { dependencies.settings }
    var resources: ResourceService { dependencies.resources }
    var accounts: Accounts { dependencies.accounts }

    /// Reads a posted form and refuses one that another site sent.
    func form(_ request: Request, _ context: DashRequestContext) async throws -> FormData {
        let form = try await FormData.read(request, limit: settings.formLimit)
        try await context.confirm()
        try FormSecret.check(form, request, context)
        return form
    }

    func origin(_ request: Request, _ context: DashRequestContext) -> Origin {
        Origin(
            remoteAddress: context.remoteAddress,
            userAgent: request.headers[.userAgent],
            browsers: request.cookies[BrowserCookie.name]?.value
        )
    }
}
