import DashAPI
import DashJSON
import DashModel
import DashPipeline
import DashStorage
import FoundationEssentials
import HTTPTypes
import Hummingbird

/// A pipeline's sinks: where every record goes, and how far each lane has come.
struct SinkRoutes: Sendable {
    let site: Site

    func add(to router: Router<DashRequestContext>) {
        router.get("/pipelines/{id}/sinks") { _, context in try await show(nil, nil, context) }
        router.get("/pipelines/{id}/sinks/fields", use: fields)
        router.post("/pipelines/{id}/sinks", use: create)
        router.post("/pipelines/{id}/sinks/{sink}/delete", use: delete)
        router.post("/pipelines/{id}/sinks/{sink}/redrive") { try await act("redrive", $0, $1) }
        router.post("/pipelines/{id}/sinks/{sink}/pause") { try await act("pause", $0, $1) }
        router.post("/pipelines/{id}/sinks/{sink}/resume") { try await act("resume", $0, $1) }
        router.post("/pipelines/{id}/sinks/{sink}/test", use: test)
    }

    private func show(_ form: FormData?, _ error: DashError?, _ context: DashRequestContext) async throws -> Response {
        let member = try site.member(context)
        let id = try LiveRoutes.id(context)
        let row = try await site.resources.fetch(Resources.pipelines, id: id, as: member.principal)
        var data = PipelineHead.data(row, tab: "sinks", member)
        let mine = ResourceQuery(filters: [.init("pipeline_id", .eq, .string(id.text))], sort: [.init("inserted_at")])
        let sinks = try await site.resources.list(Resources.pipelineSinks, mine, as: member.principal).rows
        let backlog = try await site.resources.backlog(of: id, as: member.principal)
        data["sinks"] = sinks.map { sink in
            self.row(sink, backlog.first { $0.lane == .sink(sink.id) }, member)
        }
        data["hasSinks"] = !sinks.isEmpty
        data["followers"] = try await followers(backlog, member)
        let kind =
            (form?.text("sink_type")).flatMap(site.dependencies.components.sink)
            ?? site.dependencies.components.sinks.first
        data["kinds"] = site.dependencies.components.sinks.map {
            ["value": $0.name, "title": $0.title, "isSelected": $0.name == kind?.name] as ViewData
        }
        if let kind {
            let config = ConfigForm(fields: kind.fields, prefix: "sink_config")
            data.merge(Self.fieldData(kind, config, form.map { config.read($0) } ?? [:], error)) { _, own in own }
            if let error { data.merge(FormProblem(error, fields: config.names).data) { _, own in own } }
        }
        return try site.pages.page(
            "pipeline-sinks",
            title: "Sinks",
            section: "pipelines",
            data,
            status: error == nil ? .ok : .unprocessableContent,
            context: context
        )
    }

    private func row(_ sink: ResourceRow, _ lane: LaneBacklog?, _ member: Site.Member) -> ViewData {
        let kind = site.dependencies.components.sink(sink.string("sink_type") ?? "")
        let config = sink["sink_config"]
        var data: ViewData = [
            "sink": sink.id.text,
            "title": kind?.title ?? sink.string("sink_type") ?? "",
            "target": ["url", "path", "endpoint", "brokers", "host"].lazy.compactMap { config[$0]?.stringValue }.first
                ?? "",
            "sinkStatus": sink.string("status") ?? "",
            "isPaused": sink.string("status") == "paused",
            "limitBytes": Moment.bytes(Int64(config["lane"]?["storage_limit_mb"]?.intValue ?? 1_024) << 20),
            "mayRedrive": member.may(.custom("redrive"), "pipeline_sinks") && (lane?.dead ?? 0) > 0,
        ]
        data.merge(Self.lane(lane)) { own, _ in own }
        if let error = lane?.lastError ?? sink.string("error_message"), !error.isEmpty { data["laneError"] = error }
        return data
    }

    private static func lane(_ lane: LaneBacklog?) -> ViewData {
        [
            "pending": Moment.count(Int64(lane?.pending ?? 0)),
            "dead": Moment.count(Int64(lane?.dead ?? 0)),
            "backlogBytes": Moment.bytes(lane?.bytes ?? 0),
            "oldest": Moment.text(lane?.oldestReceivedAt),
        ]
    }

    /// Pipelines behind this one have lanes, too.
    private func followers(_ backlog: [LaneBacklog], _ member: Site.Member) async throws -> [ViewData] {
        let names = try await site.pipelineNames(as: member.principal)
        return backlog.compactMap { lane in
            guard case .pipeline(let id) = lane.lane else { return nil }
            var data = Self.lane(lane)
            data["follower"] = id.text
            data["followerName"] = names.first { $0.id == id }?.name ?? id.text
            return data
        }
    }

    private static func fieldData(
        _ kind: SinkKind,
        _ config: ConfigForm,
        _ values: JSONValue,
        _ error: DashError?
    ) -> ViewData {
        [
            "sinkSummary": kind.summary,
            "fields": config.controls(values, problems: error.map { FormProblem($0, fields: config.names) }),
        ]
    }

    @Sendable private func fields(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        _ = try site.member(context)
        guard let kind = FormData.query(of: request).text("sink_type").flatMap(site.dependencies.components.sink) else {
            throw DashError(.notFound, "There is no such kind of sink.")
        }
        let config = ConfigForm(fields: kind.fields, prefix: "sink_config")
        return try site.pages.fragment("sink-fields", Self.fieldData(kind, config, [:], nil), context: context)
    }

    @Sendable private func create(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let member = try site.member(context)
        let form = try await site.form(request, context)
        let id = try LiveRoutes.id(context)
        var attributes = JSONObject([("sink_type", .string(form.text("sink_type") ?? ""))])
        if let kind = form.text("sink_type").flatMap(site.dependencies.components.sink) {
            attributes["sink_config"] = ConfigForm(fields: kind.fields, prefix: "sink_config").read(form)
        }
        do {
            _ = try await site.resources.create(
                Resources.pipelineSinks,
                ResourceInput(attributes: attributes, relationships: ["pipeline": id]),
                as: member.principal,
                from: context.remoteAddress
            )
            return Response.seeOther("/pipelines/\(id.text)/sinks", for: request)
        } catch let error as DashError where [.invalid, .conflict].contains(error.code) {
            return try await show(form, error, context)
        }
    }

    @Sendable private func delete(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let member = try site.member(context)
        _ = try await site.form(request, context)
        try await site.resources.delete(
            Resources.pipelineSinks,
            id: LiveRoutes.id(context, "sink"),
            as: member.principal,
            from: context.remoteAddress
        )
        return Response.seeOther("/pipelines/\(try LiveRoutes.id(context).text)/sinks", for: request)
    }

    /// Does what a button of a sink says: `pause`, `resume`, `redrive`.
    private func act(_ action: String, _ request: Request, _ context: DashRequestContext) async throws -> Response {
        let member = try site.member(context)
        _ = try await site.form(request, context)
        _ = try await site.resources.act(
            action,
            on: Resources.pipelineSinks,
            id: LiveRoutes.id(context, "sink"),
            as: member.principal,
            from: context.remoteAddress
        )
        return Response.seeOther("/pipelines/\(try LiveRoutes.id(context).text)/sinks", for: request)
    }

    /// Tells in place whether the receiver can be reached.
    @Sendable private func test(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let member = try site.member(context)
        _ = try await site.form(request, context)
        var data: ViewData = ["isReached": true]
        do {
            _ = try await site.resources.act(
                "test",
                on: Resources.pipelineSinks,
                id: LiveRoutes.id(context, "sink"),
                as: member.principal,
                from: context.remoteAddress
            )
        } catch let error as DashError {
            data = ["isReached": false, "reason": error.description]
        }
        return try site.pages.fragment("sink-test", data, context: context)
    }
}
