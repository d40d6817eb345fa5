import DashAPI
import DashJSON
import DashModel
import DashPipeline
import DashStorage
import FoundationEssentials
import Hummingbird

/// What happens in one pipeline: its live tail and ledger, its runs.
struct PipelineDetailRoutes: Sendable {
    let site: Site

    func add(to router: some RouterMethods<DashRequestContext>) {
        router.get("/pipelines/{id}", use: overview)
        router.get("/pipelines/{id}/ledger", use: ledger)
        router.get("/pipelines/{id}/runs", use: runs)
    }

    @Sendable private func overview(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let member = try site.member(context)
        let row = try await pipeline(context, member)
        var data = PipelineHead.data(row, tab: "overview", member)
        data.merge(LedgerEquation.data(try await site.resources.ledger(of: row.id, as: member.principal))) { own, _ in
            own
        }
        data["facts"] = facts(row)
        if row.string("type") == "realtime" {
            data["isRealtime"] = true
            data["ingestURL"] = site.settings.publicURL + "/ingest/" + row.id.text
            data["needsToken"] = (row["source_config"]["auth"]?.stringValue ?? "bearer") == "bearer"
        }
        return try site.pages.page(
            "pipeline",
            title: row.string("name") ?? "Pipeline",
            section: "pipelines",
            data,
            context: context
        )
    }

    /// The ledger alone, as htmx asks for it while the page is open.
    @Sendable private func ledger(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let member = try site.member(context)
        let id = try LiveRoutes.id(context)
        var data = LedgerEquation.data(try await site.resources.ledger(of: id, as: member.principal))
        data["id"] = id.text
        return try site.pages.fragment("pipeline-ledger", data, context: context)
    }

    private func facts(_ row: ResourceRow) -> [ViewData] {
        let source = site.dependencies.components.source(row.string("source_type") ?? "")
        var facts: [(String, String)] = [
            ("Source", source?.title ?? row.string("source_type") ?? ""),
            ("Schedule", PipelineRoutes.schedule(row)),
            ("Last run", Moment.text(row.timestamp("last_run_at"), absent: "not yet")),
        ]
        if row.string("type") == "polling" { facts.append(("Next run", Moment.text(row.timestamp("next_run_at")))) }
        let days = row.int("retention_days")
        facts.append(
            ("Records are kept", row.bool("persist_data") ? days.map { "\($0) days" } ?? "for good" : "in memory only")
        )
        return facts.map { ["term": $0.0, "detail": $0.1] }
    }

    @Sendable private func runs(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let member = try site.member(context)
        let row = try await pipeline(context, member)
        let query = ResourceQuery.page(of: row.id, newestBy: "started_at", request)
        let page = try await site.page(of: Resources.runs, query, as: member.principal)
        var data = PipelineHead.data(row, tab: "runs", member)
        data["runs"] = page.rows.map(Self.run)
        data["hasRuns"] = !page.rows.isEmpty
        if let next = page.next { data["next"] = URLText.encode(next) }
        if row.string("type") == "polling" {
            let due = try await site.dependencies.store.dueTimes.newest(of: row.id, limit: 20)
            data["dueTimes"] = due.map(Self.dueTime)
            data["hasDueTimes"] = !due.isEmpty
        }
        return try site.pages.page("pipeline-runs", title: "Runs", section: "pipelines", data, context: context)
    }

    private static func run(_ row: ResourceRow) -> ViewData {
        let started = row.timestamp("started_at")
        var data: ViewData = [
            "status": row.string("status") ?? "",
            "trigger": row.string("trigger") ?? "",
            "started": Moment.text(started),
            "received": Moment.count(Int64(row.int("records_received") ?? 0)),
            "stored": Moment.count(Int64(row.int("records_stored") ?? 0)),
            "quarantined": Moment.count(Int64(row.int("records_quarantined") ?? 0)),
            "bytes": Moment.bytes(Int64(row.int("bytes_received") ?? 0)),
            "batches": Moment.count(Int64(row.int("batches") ?? 0)),
            "timings": (row["timings"].objectValue?.members ?? []).map { member in
                let time = Moment.duration(microseconds: Int64(member.value.intValue ?? 0))
                return ["step": member.key, "time": time] as ViewData
            },
        ]
        if let started, let finished = row.timestamp("finished_at") {
            data["duration"] = Moment.duration(microseconds: (finished - started).microseconds)
        }
        if let error = row.string("error_message"), !error.isEmpty { data["error"] = error }
        return data
    }

    private static func dueTime(_ due: DueTime) -> ViewData {
        var data: ViewData = ["dueAt": Moment.text(due.dueAt)]
        switch due.state {
        case .due: data["state"] = "due"
        case .ran: data["state"] = "ran"
        case .failed(let reason):
            data["state"] = "failed"
            data["reason"] = reason
        case .skipped(let reason):
            data["state"] = "skipped"
            data["reason"] = reason
        case .coalesced(let reason):
            data["state"] = "coalesced"
            data["reason"] = reason
        }
        return data
    }

    private func pipeline(_ context: DashRequestContext, _ member: Site.Member) async throws -> ResourceRow {
        try await site.resources.fetch(Resources.pipelines, id: LiveRoutes.id(context), as: member.principal)
    }
}
