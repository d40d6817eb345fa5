import DashAPI
import DashJSON
import DashModel
import DashStorage
import FoundationEssentials
import Hummingbird

/// The dashboards: their list, one with its live widgets, and its public link.
struct DashboardRoutes: Sendable {
    let site: Site
    private var answers: WidgetAnswers { site.dependencies.live.answers }

    func add(to router: some RouterMethods<DashRequestContext>) {
        router.get("/dashboards", use: list)
        DashboardFormRoutes(site: site).add(to: router)
        WidgetRoutes(site: site).add(to: router)
        router.get("/dashboards/{id}", use: show)
        router.get("/dashboards/{id}/share") { request, context in
            Response.seeOther("/dashboards/" + (try LiveRoutes.id(context).text), for: request)
        }
        router.post("/dashboards/{id}/share", use: share)
        router.post("/dashboards/{id}/unshare", use: unshare)
        PublicPageRoutes(site: site, answers: answers).add(to: router)
        DashboardStylesheet.add(to: router)
    }

    @Sendable private func list(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let member = try site.member(context)
        let after = FormData.query(of: request).text("after")
        let query = ResourceQuery(sort: [.init("name")], limit: 60, after: after)
        let page = try await site.page(of: Resources.dashboards, query, as: member.principal)
        let counts = try await widgetCounts(page.rows, member)
        var data: ViewData = [
            "mayCreate": member.may(.create, "dashboards"),
            "hasDashboards": !page.rows.isEmpty,
            "dashboards": page.rows.map { row in
                let count = counts[row.id] ?? 0
                return [
                    "id": row.id.text, "name": row.string("name") ?? "", "isPublic": row.bool("is_public"),
                    "widgetCount": count == 1 ? "1 widget" : "\(count) widgets",
                ] as ViewData
            },
        ]
        data["hasPipelines"] = try await !site.pipelineNames(as: member.principal).isEmpty
        if let next = page.next { data["next"] = URLText.encode(next) }
        return try site.pages.page("dashboards", title: "Dashboards", section: "dashboards", data, context: context)
    }

    /// One query for the whole page of dashboards.
    private func widgetCounts(_ rows: [ResourceRow], _ member: Site.Member) async throws -> [UUID: Int] {
        guard !rows.isEmpty else { return [:] }
        let here = ResourceQuery.Filter("dashboard_id", .in, .array(rows.map { .string($0.id.text) }))
        let query = ResourceQuery(filters: [here], limit: 1_000)
        let widgets = try await site.resources.list(Resources.widgets, query, as: member.principal).rows
        return widgets.reduce(into: [:]) { counts, row in
            if let id = row.uuid("dashboard_id") { counts[id, default: 0] += 1 }
        }
    }

    @Sendable private func show(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let member = try site.member(context)
        guard let text = context.parameters.get("id"), let id = UUID(text: text) else {
            return try await find(request, context, member)
        }
        let page = try await DashboardPage.load(id, site, as: member.principal)
        let isPublic = page.dashboard.bool("is_public")
        var data = await page.grid(
            answers,
            live: "/live/dashboards/" + id.text,
            home: "/dashboards/" + id.text,
            mayEdit: member.may(.update, "widgets")
        )
        data["id"] = id.text
        data["name"] = page.name
        data["isPublic"] = isPublic
        data["mayEdit"] = member.may(.update, "dashboards")
        data["mayAddWidgets"] = member.may(.create, "widgets")
        data["mayShare"] = member.may(.custom("share"), "dashboards") && !isPublic
        data["mayUnshare"] = member.may(.custom("unshare"), "dashboards") && isPublic
        return try site.pages.page("dashboard", title: page.name, section: "dashboards", data, context: context)
    }

    /// `/dashboards/weather` leads to the dashboard with that slug.
    private func find(
        _ request: Request,
        _ context: DashRequestContext,
        _ member: Site.Member
    ) async throws -> Response {
        let slug = context.parameters.get("id") ?? ""
        let query = ResourceQuery(filters: [.init("slug", .eq, .string(slug))], limit: 1)
        guard let row = try await site.resources.list(Resources.dashboards, query, as: member.principal).rows.first
        else { throw DashError(.notFound, "There is no such dashboard.") }
        return Response.seeOther("/dashboards/" + row.id.text, for: request)
    }

    // MARK: The public link

    /// The link is shown on this answer and never again: only its hash is kept.
    @Sendable private func share(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let member = try site.member(context)
        _ = try await site.form(request, context)
        let id = try LiveRoutes.id(context)
        let result = try await site.resources.act(
            "share",
            on: Resources.dashboards,
            id: id,
            as: member.principal,
            from: context.remoteAddress
        )
        // A link that was there before is void now.
        site.dependencies.live.closePublicViews(of: id)
        guard case .row(let written) = result, let token = written.secret else {
            throw DashError(.internal, "The link could not be made.")
        }
        let data: ViewData = [
            "id": id.text, "name": written.row.string("name") ?? "",
            "link": site.settings.publicURL + "/d/" + token,
        ]
        return try site.pages.page(
            "dashboard-shared",
            title: "Public link",
            section: "dashboards",
            data,
            context: context
        )
    }

    @Sendable private func unshare(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let member = try site.member(context)
        _ = try await site.form(request, context)
        let id = try LiveRoutes.id(context)
        _ = try await site.resources.act(
            "unshare",
            on: Resources.dashboards,
            id: id,
            as: member.principal,
            from: context.remoteAddress
        )
        site.dependencies.live.closePublicViews(of: id)
        return Response.seeOther("/dashboards/" + id.text, for: request)
    }
}
