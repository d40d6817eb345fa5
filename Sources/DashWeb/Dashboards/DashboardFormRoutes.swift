import DashAPI
import DashJSON
import DashModel
import FoundationEssentials
import Hummingbird

/// Making a dashboard, changing its settings and deleting it.
struct DashboardFormRoutes: Sendable {
    let site: Site

    private static let fields: Set<String> = ["name", "slug", "refresh_interval_seconds"]

    /// The layout is the widgets' places; no form asks for it.
    private static func declared(isNew: Bool) -> DeclaredFields {
        DeclaredFields(Resources.dashboards, besides: fields.union(["layout"]), isNew: isNew)
    }

    func add(to router: some RouterMethods<DashRequestContext>) {
        router.get("/dashboards/new", use: new)
        router.post("/dashboards", use: create)
        router.get("/dashboards/{id}/edit", use: edit)
        router.post("/dashboards/{id}", use: update)
        router.post("/dashboards/{id}/delete", use: delete)
    }

    @Sendable private func new(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let member = try site.member(context)
        try Self.require(member.may(.create, "dashboards"), "create dashboards")
        return try page(["refresh": "1"], JSONObject(), nil, nil, member, context)
    }

    @Sendable private func create(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let member = try site.member(context)
        let form = try await site.form(request, context)
        do {
            let made = try await site.resources.create(
                Resources.dashboards,
                ResourceInput(attributes: Self.attributes(form).merging(Self.declared(isNew: true).read(form))),
                as: member.principal,
                from: context.remoteAddress
            )
            return Response.seeOther("/dashboards/" + made.row.id.text, for: request)
        } catch let error as DashError where [.invalid, .conflict].contains(error.code) {
            return try page(Self.typed(form), Self.declared(isNew: true).read(form), nil, error, member, context)
        }
    }

    @Sendable private func edit(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let member = try site.member(context)
        try Self.require(member.may(.update, "dashboards"), "change dashboards")
        let row = try await row(context, member)
        let typed: ViewData = [
            "name": row.string("name") ?? "", "slug": row.string("slug") ?? "",
            "refresh": row.int("refresh_interval_seconds").map(String.init) ?? "",
        ]
        return try page(typed, JSONObject(row.values.map { ($0.key, $0.value) }), row, nil, member, context)
    }

    @Sendable private func update(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let member = try site.member(context)
        let form = try await site.form(request, context)
        let row = try await row(context, member)
        do {
            _ = try await site.resources.update(
                Resources.dashboards,
                id: row.id,
                ResourceInput(attributes: Self.attributes(form).merging(Self.declared(isNew: false).read(form))),
                seen: form.text("version"),
                as: member.principal,
                from: context.remoteAddress
            )
            return Response.seeOther("/dashboards/" + row.id.text, for: request)
        } catch let error as DashError where [.invalid, .conflict, .preconditionFailed].contains(error.code) {
            return try page(Self.typed(form), Self.declared(isNew: false).read(form), row, error, member, context)
        }
    }

    @Sendable private func delete(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let member = try site.member(context)
        _ = try await site.form(request, context)
        let id = try LiveRoutes.id(context)
        try await site.resources.delete(
            Resources.dashboards,
            id: id,
            as: member.principal,
            from: context.remoteAddress
        )
        site.dependencies.live.closePublicViews(of: id)
        return Response.seeOther("/dashboards", for: request)
    }

    private func row(_ context: DashRequestContext, _ member: Site.Member) async throws -> ResourceRow {
        try await site.resources.fetch(Resources.dashboards, id: LiveRoutes.id(context), as: member.principal)
    }

    /// An empty slug is left to be made from the name.
    private static func attributes(_ form: FormData) -> JSONObject {
        var values = JSONObject([("name", .string(form.text("name") ?? ""))])
        if let slug = form.text("slug") { values["slug"] = .string(slug) }
        if let text = form.text("refresh_interval_seconds") {
            values["refresh_interval_seconds"] = Int(text).map { .number(JSONNumber($0)) } ?? .string(text)
        }
        return values
    }

    private static func typed(_ form: FormData) -> ViewData {
        [
            "name": form["name"] ?? "", "slug": form["slug"] ?? "",
            "refresh": form["refresh_interval_seconds"] ?? "",
        ]
    }

    private func page(
        _ typed: ViewData,
        _ values: JSONObject,
        _ row: ResourceRow?,
        _ error: DashError?,
        _ member: Site.Member,
        _ context: DashRequestContext
    ) throws -> Response {
        var data = typed
        let declared = Self.declared(isNew: row == nil)
        data.merge(declared.data(values, error)) { $1 }
        if let error { data.merge(FormProblem(error, fields: Self.fields.union(declared.names)).data) { $1 } }
        data["slug"] = typed["slug"] ?? ""
        data["action"] = row.map { "/dashboards/" + $0.id.text } ?? "/dashboards"
        if let row {
            data["editing"] = true
            if let version = row.version { data["version"] = version }
            data["id"] = row.id.text
            data["dashboardName"] = row.string("name") ?? ""
            data["mayDelete"] = member.may(.delete, "dashboards")
        }
        return try site.pages.page(
            "dashboard-form",
            title: row == nil ? "New dashboard" : "Dashboard settings",
            section: "dashboards",
            data,
            status: error?.code.status ?? .ok,
            context: context
        )
    }

    static func require(_ isAllowed: Bool, _ what: String) throws {
        guard isAllowed else { throw DashError(.forbidden, "Your role does not allow to \(what).") }
    }
}
