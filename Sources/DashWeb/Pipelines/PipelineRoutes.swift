import DashAPI
import DashJSON
import DashModel
import DashPipeline
import DashStorage
import FoundationEssentials
import Hummingbird

/// The pipelines: their list and what can be done with one.
struct PipelineRoutes: Sendable {
    let site: Site

    func add(to router: some RouterMethods<DashRequestContext>) {
        router.get("/pipelines", use: list)
        PipelineFormRoutes(site: site).add(to: router)
        PipelineDetailRoutes(site: site).add(to: router)
        MappingRoutes(site: site).add(to: router)
        QuarantineRoutes(site: site).add(to: router)
        SinkRoutes(site: site).add(to: router)
        UploadRoutes(site: site).add(to: router)
        for action in ["run", "pause", "resume"] {
            router.post("/pipelines/{id}/\(action)") { request, context in try await act(action, request, context) }
        }
        router.post("/pipelines/{id}/delete", use: delete)
    }

    @Sendable private func list(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let member = try site.member(context)
        let after = FormData.query(of: request).text("after")
        let query = ResourceQuery(sort: [.init("name")], limit: 100, after: after)
        let page = try await site.page(of: Resources.pipelines, query, as: member.principal)
        let ledgers = try await counters(of: page.rows, in: member.principal.team)
        var data: ViewData = [
            "pipelines": page.rows.map { row($0, ledgers[$0.id]) },
            "hasPipelines": !page.rows.isEmpty,
        ]
        if let next = page.next { data["next"] = URLText.encode(next) }
        return try site.pages.page("pipelines", title: "Pipelines", section: "pipelines", data, context: context)
    }

    /// One query for all, as a page may show many.
    private func counters(of rows: [ResourceRow], in team: UUID) async throws -> [UUID: ResourceRow] {
        guard !rows.isEmpty else { return [:] }
        let ids = ResourceQuery.Filter("pipeline_id", .in, .array(rows.map { .string($0.id.text) }))
        let query = ResourceQuery(filters: [ids], limit: rows.count)
        let counters = try await site.dependencies.store.resources.list(
            Resources.pipelineCounters,
            query,
            in: .team(team)
        ).rows
        return Dictionary(counters.compactMap { row in row.uuid("pipeline_id").map { ($0, row) } }) { first, _ in first
        }
    }

    private func row(_ row: ResourceRow, _ counters: ResourceRow?) -> ViewData {
        let kind = site.dependencies.components.source(row.string("source_type") ?? "")
        var data: ViewData = [
            "id": row.id.text,
            "name": row.string("name") ?? "",
            "type": row.string("type") ?? "",
            "source": kind?.title ?? row.string("source_type") ?? "",
            "status": row.string("status") ?? "",
            "schedule": Self.schedule(row),
            "lastRun": Moment.text(row.timestamp("last_run_at"), absent: "not yet"),
            "received": Moment.count(Int64(counters?.int("received") ?? 0)),
            "quarantined": Moment.count(Int64(counters?.int("quarantined") ?? 0)),
        ]
        if let error = row.string("error_message"), !error.isEmpty { data["error"] = error }
        return data
    }

    static func schedule(_ row: ResourceRow) -> String {
        if let seconds = row.int("interval_seconds") { return "every \(seconds) s" }
        if let cron = row.string("cron") { return cron + (row.string("timezone").map { " " + $0 } ?? "") }
        return "as records come"
    }

    private func act(_ action: String, _ request: Request, _ context: DashRequestContext) async throws -> Response {
        let member = try site.member(context)
        _ = try await site.form(request, context)
        let id = try LiveRoutes.id(context)
        _ = try await site.resources.act(
            action,
            on: Resources.pipelines,
            id: id,
            as: member.principal,
            from: context.remoteAddress
        )
        return Response.seeOther("/pipelines/" + id.text, for: request)
    }

    @Sendable private func delete(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let member = try site.member(context)
        _ = try await site.form(request, context)
        try await site.resources.delete(
            Resources.pipelines,
            id: LiveRoutes.id(context),
            as: member.principal,
            from: context.remoteAddress
        )
        return Response.seeOther("/pipelines", for: request)
    }
}
