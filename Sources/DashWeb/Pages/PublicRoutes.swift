import DashAPI
import DashModel
import HTTPTypes
import Hummingbird

/// A dashboard by its link: the same view without anything to change.
struct PublicRoutes: Sendable {
    let site: Site

    func add(to router: Router<DashRequestContext>) {
        router.get("/d/{token}", use: show)
        router.get("/d/{token}/layout.css") { _, context in
            DashboardView.stylesheet(try await PublicPage.find(context, site).dashboard.widgets)
        }
    }

    @Sendable private func show(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let page = try await PublicPage.find(context, site)
        let token = context.parameters.get("token") ?? ""
        let widgets = DashboardView.ordered(page.dashboard.widgets)
        var data = DashboardView.data(page.dashboard.dashboard, widgets)
        data["liveURL"] = "/d/\(token)/live"
        data["layoutURL"] = "/d/\(token)/layout.css?v=" + DashboardView.version(widgets)
        var response = try site.pages.page(
            "public-dashboard",
            title: page.dashboard.dashboard.string("name") ?? "Dashboard",
            data,
            context: context
        )
        response.headers[.referrerPolicy] = "no-referrer"
        response.headers[.robotsTag] = "noindex"
        return response
    }
}
