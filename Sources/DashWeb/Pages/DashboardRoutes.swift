import DashAPI
import DashJSON
import DashModel
import DashStorage
import FoundationEssentials
import HTTPTypes
import Hummingbird

/// Dashboards: their list, the view with its live widgets, settings and the public link.
struct DashboardRoutes: Sendable {
    let site: Site

    func add(to router: Router<DashRequestContext>) {
        router.get("/dashboards", use: list)
        router.get("/dashboards/new") { _, context in try form(nil, FormData(), nil, context) }
        router.post("/dashboards", use: create)
        router.get("/dashboards/{id}") { _, context in try await show(context) }
        router.get("/dashboards/{id}/layout.css", use: layout)
        router.get("/dashboards/{id}/edit", use: edit)
        router.post("/dashboards/{id}", use: update)
        router.post("/dashboards/{id}/delete", use: delete)
        router.post("/dashboards/{id}/share", use: share)
        router.post("/dashboards/{id}/unshare", use: unshare)
    }

    @Sendable private func list(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let member = try site.member(context)
        let query = ResourceQuery(sort: [.init("name")], limit: 500)
        let rows = try await site.resources.list(Resources.dashboards, query, as: member.principal).rows
        let data: ViewData = [
            "dashboards": rows.map { row in
                [
                    "id": row.id.text, "name": row.string("name") ?? "", "isPublic": row.bool("is_public"),
                    "changed": Moment.text(row.timestamp("updated_at")),
                ] as ViewData
            },
            "hasDashboards": !rows.isEmpty,
        ]
        return try site.pages.page("dashboards", title: "Dashboards", section: "dashboards", data, context: context)
    }

    private func show(_ context: DashRequestContext, _ extra: ViewData = [:]) async throws -> Response {
        let member = try site.member(context)
        let row = try await site.resources.fetch(Resources.dashboards, id: LiveRoutes.id(context), as: member.principal)
        let widgets = try await site.widgets(of: row.id, as: member.principal)
        var data = DashboardView.data(row, widgets)
        data["liveURL"] = "/live/dashboards/" + row.id.text
        data["layoutURL"] = "/dashboards/\(row.id.text)/layout.css?v=" + DashboardView.version(widgets)
        data["mayChange"] = member.may(.create, "widgets")
        data["mayShare"] = member.may(.custom("share"), "dashboards")
        data["mayUnshare"] = member.may(.custom("unshare"), "dashboards")
        data["isPublic"] = row.bool("is_public")
        return try site.pages.page(
            "dashboard",
            title: row.string("name") ?? "Dashboard",
            section: "dashboards",
            data.merging(extra) { _, own in own },
            context: context
        )
    }

    @Sendable private func layout(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let member = try site.member(context)
        return DashboardView.stylesheet(try await site.widgets(of: LiveRoutes.id(context), as: member.principal))
    }

    private func form(
        _ row: ResourceRow?,
        _ values: FormData,
        _ error: DashError?,
        _ context: DashRequestContext
    ) throws -> Response {
        let member = try site.member(context)
        guard member.may(row == nil ? .create : .update, "dashboards") else {
            throw DashError(.forbidden, "Your role does not allow to change dashboards.")
        }
        var data: ViewData = [
            "name": values["name"] ?? row?.string("name") ?? "",
            "slug": values["slug"] ?? row?.string("slug") ?? "",
            "refresh": values["refresh_interval_seconds"] ?? String(row?.int("refresh_interval_seconds") ?? 1),
            "action": row.map { "/dashboards/" + $0.id.text } ?? "/dashboards",
        ]
        if let row {
            data["id"] = row.id.text
            data["mayDelete"] = member.may(.delete, "dashboards")
        }
        if let error { data.merge(FormProblem(error, fields: ["name", "slug", "refresh_interval_seconds"]).data) { $1 } }
        return try site.pages.page(
            "dashboard-form",
            title: row == nil ? "New dashboard" : "Settings",
            section: "dashboards",
            data,
            status: error == nil ? .ok : .unprocessableContent,
            context: context
        )
    }

    private func input(_ form: FormData) -> ResourceInput {
        let name = form.text("name") ?? ""
        let seconds = form.text("refresh_interval_seconds") ?? "1"
        return ResourceInput(
            attributes: JSONObject([
                ("name", .string(name)),
                ("slug", .string(form.text("slug") ?? Self.slug(name))),
                ("refresh_interval_seconds", Int(seconds).map { .number(JSONNumber($0)) } ?? .string(seconds)),
            ])
        )
    }

    /// `Weather in Tallinn` is reached as `weather-in-tallinn`.
    static func slug(_ name: String) -> String {
        let words = name.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
        let slug = String(words.joined(separator: "-").prefix(50))
        let trimmed = slug.hasSuffix("-") ? String(slug.dropLast()) : slug
        return trimmed.isEmpty ? "dashboard-" + UUID.v7().text.suffix(8) : trimmed
    }

    @Sendable private func create(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let member = try site.member(context)
        let form = try await site.form(request, context)
        do {
            var input = input(form)
            if form.text("slug") == nil, let slug = input.attributes["slug"]?.stringValue {
                let taken = ResourceQuery(filters: [.init("slug", .eq, .string(slug))], limit: 1)
                if try await !site.resources.list(Resources.dashboards, taken, as: member.principal).rows.isEmpty {
                    input.attributes["slug"] = .string(slug + "-" + UUID.v7().text.suffix(6))
                }
            }
            let made = try await site.resources.create(
                Resources.dashboards,
                input,
                as: member.principal,
                from: context.remoteAddress
            )
            return Response.seeOther("/dashboards/" + made.row.id.text, for: request)
        } catch let error as DashError where [.invalid, .conflict].contains(error.code) {
            return try self.form(nil, form, error, context)
        }
    }

    @Sendable private func edit(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let member = try site.member(context)
        let row = try await site.resources.fetch(Resources.dashboards, id: LiveRoutes.id(context), as: member.principal)
        return try form(row, FormData(), nil, context)
    }

    @Sendable private func update(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let member = try site.member(context)
        let form = try await site.form(request, context)
        let row = try await site.resources.fetch(Resources.dashboards, id: LiveRoutes.id(context), as: member.principal)
        do {
            _ = try await site.resources.update(
                Resources.dashboards,
                id: row.id,
                input(form),
                as: member.principal,
                from: context.remoteAddress
            )
            return Response.seeOther("/dashboards/" + row.id.text, for: request)
        } catch let error as DashError where [.invalid, .conflict].contains(error.code) {
            return try self.form(row, form, error, context)
        }
    }

    @Sendable private func delete(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let member = try site.member(context)
        _ = try await site.form(request, context)
        try await site.resources.delete(
            Resources.dashboards,
            id: LiveRoutes.id(context),
            as: member.principal,
            from: context.remoteAddress
        )
        return Response.seeOther("/dashboards", for: request)
    }

    @Sendable private func share(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let token = try await act("share", request, context).secret ?? ""
        return try await show(context, ["shareLink": site.settings.publicURL + "/d/" + token])
    }

    @Sendable private func unshare(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let row = try await act("unshare", request, context).row
        site.dependencies.live.closePublicViews(of: row.id)
        return Response.seeOther("/dashboards/" + row.id.text, for: request)
    }

    private func act(
        _ action: String,
        _ request: Request,
        _ context: DashRequestContext
    ) async throws -> WrittenResource {
        let member = try site.member(context)
        _ = try await site.form(request, context)
        let result = try await site.resources.act(
            action,
            on: Resources.dashboards,
            id: LiveRoutes.id(context),
            as: member.principal,
            from: context.remoteAddress
        )
        guard case .row(let written) = result else { throw DashError(.internal, "The dashboard did not come back.") }
        return written
    }
}
