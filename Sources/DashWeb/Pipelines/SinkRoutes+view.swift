import DashAPI
import DashJSON
import DashModel
import DashPipeline
import DashStorage
import FoundationEssentials
import Hummingbird

/// What the page of sinks shows.
extension SinkRoutes {
    /// So many dead letters of a sink are listed.
    private static let deadLetterLimit = 5

    func show(
        _ form: FormData?,
        _ error: DashError?,
        redriven: String? = nil,
        _ context: DashRequestContext
    ) async throws -> Response {
        let member = try site.member(context)
        let id = try LiveRoutes.id(context)
        let row = try await site.resources.fetch(Resources.pipelines, id: id, as: member.principal)
        var data = PipelineHead.data(row, tab: "sinks", member)
        let (sinks, backlog) = try await lanes(of: id, member)
        var views: [ViewData] = []
        for sink in sinks { views.append(try await view(sink, backlog.first { $0.lane == .sink(sink.id) }, member)) }
        data["sinks"] = views
        data["hasSinks"] = !sinks.isEmpty
        data["followers"] = try await followers(backlog, member)
        if let count = redriven.flatMap({ Int64($0) }) {
            data["redriven"] = count == 1 ? "1 dead letter goes" : "\(Moment.count(count)) dead letters go"
        }
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

    /// The lanes alone, as htmx asks for them while the page is open.
    @Sendable func refresh(_ request: Request, _ context: DashRequestContext) async throws -> Response {
        let member = try site.member(context)
        let id = try LiveRoutes.id(context)
        let (sinks, backlog) = try await lanes(of: id, member)
        let views = sinks.map { sink in
            var view = lane(sink, backlog.first { $0.lane == .sink(sink.id) })
            view["isRefreshed"] = true
            return view
        }
        return try site.pages.fragment("sink-lanes", ["id": id.text, "sinks": views], context: context)
    }

    static func fieldData(_ kind: SinkKind, _ config: ConfigForm, _ values: JSONValue, _ error: DashError?) -> ViewData
    {
        [
            "sinkSummary": kind.summary,
            "fields": config.controls(values, problems: error.map { FormProblem($0, fields: config.names) }),
        ]
    }

    private func lanes(of pipeline: UUID, _ member: Site.Member) async throws -> ([ResourceRow], [LaneBacklog]) {
        let mine = ResourceQuery(
            filters: [.init("pipeline_id", .eq, .string(pipeline.text))],
            sort: [.init("inserted_at")]
        )
        return (
            try await site.resources.list(Resources.pipelineSinks, mine, as: member.principal).rows,
            try await site.resources.backlog(of: pipeline, as: member.principal)
        )
    }

    private func lane(_ sink: ResourceRow, _ lane: LaneBacklog?) -> ViewData {
        var data = LaneView.data(sink, lane, now: SystemClock().now)
        data["sink"] = sink.id.text
        data["sinkStatus"] = sink.string("status") ?? ""
        return data
    }

    private func view(_ sink: ResourceRow, _ backlog: LaneBacklog?, _ member: Site.Member) async throws -> ViewData {
        let kind = site.dependencies.components.sink(sink.string("sink_type") ?? "")
        let config = sink["sink_config"]
        let mayRedrive = member.may(.custom("redrive"), "pipeline_sinks")
        var data = lane(sink, backlog)
        data["title"] = kind?.title ?? sink.string("sink_type") ?? ""
        data["target"] =
            ["url", "path", "endpoint", "brokers", "host"].lazy.compactMap { config[$0]?.stringValue }.first ?? ""
        data["isPaused"] = sink.string("status") == "paused"
        data["mayRedrive"] = mayRedrive
        if (backlog?.dead ?? 0) > 0 { data["deadLetters"] = try await deadLetters(of: sink.id, mayRedrive, member) }
        return data
    }

    /// The newest ones.
    private func deadLetters(of sink: UUID, _ mayRedrive: Bool, _ member: Site.Member) async throws -> [ViewData] {
        let query = ResourceQuery(
            filters: [.init("pipeline_sink_id", .eq, .string(sink.text)), .init("status", .eq, "dead")],
            sort: [.init("received_at", descending: true)],
            limit: Self.deadLetterLimit
        )
        return try await site.resources.list(Resources.deliveries, query, as: member.principal).rows.map { letter in
            [
                "delivery": letter.id.text, "received": Moment.text(letter.timestamp("received_at")),
                "records": Moment.count(Int64(letter.int("record_count") ?? 0)),
                "tries": Moment.count(Int64(letter.int("attempts") ?? 0)),
                "reason": letter.string("error_message") ?? "", "mayRedriveOne": mayRedrive,
            ]
        }
    }

    /// Pipelines behind this one have lanes, too.
    private func followers(_ backlog: [LaneBacklog], _ member: Site.Member) async throws -> [ViewData] {
        let names = try await site.pipelineNames(as: member.principal)
        return backlog.compactMap { lane in
            guard case .pipeline(let id) = lane.lane else { return nil }
            var data = LaneView.data(lane, now: SystemClock().now)
            data["follower"] = id.text
            data["followerName"] = names.first { $0.id == id }?.name ?? id.text
            return data
        }
    }
}
