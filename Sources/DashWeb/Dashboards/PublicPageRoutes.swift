import DashAPI
import DashModel
import FoundationEssentials
import HTTPTypes
import Hummingbird

/// A shared dashboard for whoever has its link: the widgets' answers and titles, and nothing else of the team.
struct PublicPageRoutes: Sendable {
    let site: Site
    let answers: WidgetAnswers

    func add(to router: some RouterMethods<DashRequestContext>) {
        router.get("/d/{token}", use: show)
    }

    @Sendable private func show(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        var response: Response
        do {
            let found = try await PublicPage.find(context, site)
            let token = context.parameters.get("token") ?? ""
            let page = DashboardPage(dashboard: found.dashboard.dashboard, widgets: found.dashboard.widgets)
            let home = "/d/" + URLText.encode(token)
            var data = await page.grid(answers, live: home + "/live", home: home, mayEdit: false)
            data["name"] = page.name
            response = try site.pages.page("public", title: page.name, data, context: context)
        } catch let error as DashError where error.code == .notFound {
            response = try site.pages.page("public-gone", title: "Not found", status: .notFound, context: context)
        }
        response.headers[.referrerPolicy] = "no-referrer"
        response.headers[.robotsTag] = "noindex, nofollow"
        return response
    }
}
