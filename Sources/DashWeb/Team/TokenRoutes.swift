import DashAPI
import DashJSON
import DashModel
import DashStorage
import FoundationEssentials
import Hummingbird

/// API tokens: made, shown once, revoked.
struct TokenRoutes: Sendable {
    let site: Site

    func add(to router: some RouterMethods<DashRequestContext>) {
        router.get("/tokens") { request, context in try await show(request, context) }
        router.post("/tokens", use: create)
        router.post("/tokens/{id}/delete", use: delete)
    }

    private func show(
        _ request: Request,
        _ context: DashRequestContext,
        _ extra: ViewData = [:]
    ) async throws -> Response {
        let member = try site.member(context)
        let newest = ResourceQuery(sort: [.init("inserted_at", descending: true)], limit: 200)
        let rows = try await site.resources.list(Resources.apiTokens, newest, as: member.principal).rows
        let realtime = ResourceQuery(filters: [.init("type", .eq, "realtime")], sort: [.init("name")], limit: 200)
        let pipelines = try await site.resources.list(Resources.pipelines, realtime, as: member.principal).rows
        let data: ViewData = [
            "tokens": rows.map(Self.row),
            "hasTokens": !rows.isEmpty,
            "pipelines": pipelines.map { ["id": $0.id.text, "name": $0.string("name") ?? ""] as ViewData },
        ]
        return try site.pages.page(
            "tokens",
            title: "API tokens",
            section: "tokens",
            data.merging(extra) { _, own in own },
            context: context
        )
    }

    private static func row(_ row: ResourceRow) -> ViewData {
        [
            "id": row.id.text,
            "name": row.string("name") ?? "",
            "hint": row.string("token_hint") ?? "",
            "scopes": (row["scopes"].arrayValue ?? []).compactMap(\.stringValue).joined(separator: ", "),
            "expires": Moment.text(row.timestamp("expires_at"), absent: "never"),
            "lastUsed": Moment.text(row.timestamp("last_used_at"), absent: "not yet"),
        ]
    }

    @Sendable private func create(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let member = try site.member(context)
        let form = try await site.form(request, context)
        var attributes = JSONObject([
            ("name", .string(form.text("name") ?? "")),
            ("scopes", .array(form.all("scopes").filter { !$0.isEmpty }.map { .string($0) })),
        ])
        if let days = form.text("days").flatMap({ Int($0) }), (1...3_650).contains(days) {
            attributes["expires_at"] = .string((site.dependencies.clock.now + .seconds(days * 86_400)).text)
        }
        do {
            let made = try await site.resources.create(
                Resources.apiTokens,
                ResourceInput(attributes: attributes),
                as: member.principal,
                from: context.remoteAddress
            )
            return try await show(request, context, ["secret": made.secret ?? ""])
        } catch let error as DashError where [.conflict, .invalid].contains(error.code) {
            var data = FormProblem(error, fields: ["name", "scopes", "expires_at"]).data
            data["name"] = form["name"] ?? ""
            return try await show(request, context, data)
        }
    }

    @Sendable private func delete(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let member = try site.member(context)
        _ = try await site.form(request, context)
        try await site.resources.delete(
            Resources.apiTokens,
            id: LiveRoutes.id(context),
            as: member.principal,
            from: context.remoteAddress
        )
        return Response.seeOther("/tokens", for: request)
    }
}
