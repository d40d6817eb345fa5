import DashAPI
import DashJSON
import DashModel
import DashPipeline
import DashStorage
import FoundationEssentials
import HTTPTypes
import Hummingbird
import NIOCore

/// A pipeline's quarantine: what was refused and why, replays, and the bin.
struct QuarantineRoutes: Sendable {
    let site: Site

    func add(to router: some RouterMethods<DashRequestContext>) {
        router.get("/pipelines/{id}/quarantine", use: show)
        router.get("/pipelines/{id}/quarantine/replays", use: replays)
        router.get("/pipelines/{id}/quarantine/records.ndjson", use: download)
        router.post("/pipelines/{id}/quarantine/replay") { request, context in
            try await act("replay", request, context)
        }
        router.post("/pipelines/{id}/quarantine/discard") { request, context in
            try await act("discard", request, context)
        }
        router.post("/pipelines/{id}/quarantine/{record}/delete", use: delete)
    }

    @Sendable private func show(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let member = try site.member(context)
        return try await page(FormData.query(of: request), nil, member, context)
    }

    private func page(
        _ query: FormData,
        _ error: DashError?,
        _ member: Site.Member,
        _ context: DashRequestContext
    ) async throws -> Response {
        let id = try LiveRoutes.id(context)
        let row = try await site.resources.fetch(Resources.pipelines, id: id, as: member.principal)
        var choice = QuarantineChoice(query)
        if error != nil { choice = QuarantineChoice(FormData(query.pairs.filter { $0.name != "record" })) }
        let records = try await site.resources.quarantined(
            of: id,
            matching: choice.filter,
            limit: ResourceQuery.pageSize,
            as: member.principal
        )
        let count = try await site.resources.quarantineExtent(of: id, matching: choice.filter, as: member.principal)
        let reasons = try await site.resources.quarantineCounts(of: id, limit: 20, as: member.principal)
        var data = PipelineHead.data(row, tab: "quarantine", member)
        data.merge(choice.data) { _, own in own }
        data.merge(try await replayData(id, member)) { _, own in own }
        data["records"] = records.map(Self.record)
        data["hasRecords"] = !records.isEmpty
        data["count"] = Moment.count(Int64(count))
        if count > records.count { data["shown"] = "\(records.count)" }
        data["reasons"] = reasons.map(Self.reason)
        data["hasReasons"] = !reasons.isEmpty
        data["mayDeleteRecords"] = member.may(.delete, "quarantined_records")
        data["mayReplay"] = member.may(.custom("replay"), "pipelines")
        data["replayStarted"] = query.flag("replaying")
        if let discarded = query.text("discarded"), let number = Int64(discarded) {
            data["discarded"] = Moment.count(number)
        }
        if let problem = error?.message ?? choice.problem { data["problem"] = problem }
        return try site.pages.page(
            "pipeline-quarantine",
            title: "Quarantine",
            section: "pipelines",
            data,
            status: error == nil ? .ok : .unprocessableContent,
            context: context
        )
    }

    private static func record(_ row: QuarantineRow) -> ViewData {
        var data: ViewData = [
            "record": row.id.text, "rule": row.record.rule, "reason": row.record.reason,
            "data": String(decoding: row.record.data, as: UTF8.self), "received": Moment.text(row.receivedAt),
        ]
        if let field = row.record.field { data["field"] = field }
        return data
    }

    private static func reason(_ count: QuarantineCount) -> ViewData {
        var terms = ["rule=" + URLText.encode(count.rule), "reason=" + URLText.encode(count.reason)]
        if let field = count.field { terms.append("field=" + URLText.encode(field)) }
        var data: ViewData = [
            "rule": count.rule, "reason": count.reason, "count": Moment.count(Int64(count.count)),
            "newest": Moment.text(count.newest), "link": terms.joined(separator: "&"),
        ]
        if let field = count.field { data["field"] = field }
        return data
    }

    /// The last replays, as htmx asks for them while one is going on.
    @Sendable private func replays(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let member = try site.member(context)
        let id = try LiveRoutes.id(context)
        var data = try await replayData(id, member)
        data["id"] = id.text
        return try site.pages.fragment("quarantine-replays", data, context: context)
    }

    private func replayData(_ pipeline: UUID, _ member: Site.Member) async throws -> ViewData {
        let query = ResourceQuery(
            filters: [.init("pipeline_id", .eq, .string(pipeline.text))],
            sort: [.init("id", descending: true)],
            limit: 3
        )
        let rows = try await site.resources.list(Resources.replays, query, as: member.principal).rows
        let replays = rows.map { row -> ViewData in
            let status = row.string("status") ?? ""
            var data: ViewData = [
                "status": status, "total": row.int("total") ?? 0, "replayed": row.int("replayed") ?? 0,
                "accepted": Moment.count(Int64(row.int("accepted") ?? 0)),
                "refused": Moment.count(Int64(row.int("refused") ?? 0)),
                "badge": status == "running" ? "live" : status,
            ]
            if let time = row.timestamp("finished_at") { data["finished"] = Moment.text(time) }
            if let error = row.string("error_message"), !error.isEmpty { data["error"] = error }
            return data
        }
        return [
            "replays": replays, "hasReplays": !replays.isEmpty,
            "isReplaying": rows.contains { $0["finished_at"].isNull },
        ]
    }

    /// Replays or discards: the ticked records, or with `all` everything that the filter lets through.
    private func act(_ action: String, _ request: Request, _ context: DashRequestContext) async throws -> Response {
        let member = try site.member(context)
        let form = try await site.form(request, context)
        let id = try LiveRoutes.id(context)
        let isAll = form.flag("all")
        let choice = QuarantineChoice(FormData(form.pairs.filter { isAll ? $0.name != "record" : $0.name == "record" }))
        do {
            guard isAll || choice.filter.records != nil else {
                throw DashError(.invalid, "Tick the records first.")
            }
            if let problem = choice.problem { throw DashError(.invalid, problem) }
            var parameters = choice.filter.json.objectValue ?? JSONObject()
            if action == "discard", choice.filter.isEmpty { parameters["all"] = true }
            let result = try await site.resources.act(
                action,
                on: Resources.pipelines,
                id: id,
                parameters: .object(parameters),
                as: member.principal,
                from: context.remoteAddress
            )
            var terms = [QuarantineChoice(form).query].filter { !$0.isEmpty }
            if case .count(let count) = result {
                terms.append("discarded=\(count)")
            } else {
                terms.append("replaying=true")
            }
            return Response.seeOther(
                "/pipelines/\(id.text)/quarantine?\(terms.joined(separator: "&"))",
                for: request
            )
        } catch let error as DashError where [.invalid, .conflict].contains(error.code) {
            return try await page(form, error, member, context)
        }
    }

    /// What the filter lets through, a record a line, with the reason.
    @Sendable private func download(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let member = try site.member(context)
        let choice = QuarantineChoice(FormData.query(of: request))
        let rows = try await site.resources.quarantined(
            of: LiveRoutes.id(context),
            matching: choice.filter,
            limit: Self.downloadLimit,
            as: member.principal
        )
        // A slow reader gets the rest only while he may.
        let sending = LongRequest()
        let hold = Grant(context, to: .read, on: Resources.quarantinedRecords.name)
            .map { site.dependencies.rights.hold($0) { sending.loseRight() } }
        let headers: HTTPFields = [
            .contentType: "application/x-ndjson", .contentDisposition: "attachment; filename=\"quarantine.ndjson\"",
        ]
        return Response(
            status: .ok,
            headers: headers,
            body: ResponseBody { writer in
                defer { hold?.leave() }
                for row in rows {
                    guard !sending.hasLostRight else { throw CancellationError() }
                    var line = JSONWriter(reserving: row.record.data.count + 256)
                    line.beginObject()
                    for (key, value) in [
                        ("id", row.id.text), ("received_at", row.receivedAt.text), ("rule", row.record.rule),
                        ("field", row.record.field), ("reason", row.record.reason),
                    ] as [(String, String?)] {
                        line.key(key)
                        if let value { line.string(value) } else { line.null() }
                    }
                    line.key("record")
                    if (try? JSONDocument(parsing: row.record.data, limits: .records)) != nil {
                        line.raw(row.record.data[...])
                    } else {
                        // A piece of a body that is no JSON.
                        line.string(String(decoding: row.record.data, as: UTF8.self))
                    }
                    line.endObject()
                    try await writer.write(ByteBuffer(bytes: line.bytes + [UInt8(ascii: "\n")]))
                }
                try await writer.finish(nil)
            }
        )
    }

    /// As many as a quarantine holds.
    private static let downloadLimit = 10_000

    @Sendable private func delete(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let member = try site.member(context)
        _ = try await site.form(request, context)
        try await site.resources.delete(
            Resources.quarantinedRecords,
            id: LiveRoutes.id(context, "record"),
            as: member.principal,
            from: context.remoteAddress
        )
        return Response.seeOther("/pipelines/\(try LiveRoutes.id(context).text)/quarantine", for: request)
    }
}
