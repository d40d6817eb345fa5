public import DashJSON
public import DashModel
import DashPipeline
import DashStorage
public import FoundationEssentials

/// The actions of resources beyond the usual four.
extension ResourceService {
    /// Does what the action says: pipelines run, pause, resume, preview, replay, discard; dashboards share,
    /// unshare; sinks pause, resume, test; sinks and deliveries redrive; versions of mappings restore, compare;
    /// uploads cancel, resume.
    /// `parameters` is the request's body: `{"mapping", "sample", "from"}` for a preview, a choice of quarantined records
    /// for replay and discard.
    public func act(
        _ action: String,
        on resource: Resource,
        id: UUID,
        parameters: JSONValue = [:],
        as principal: Principal,
        from remoteAddress: String? = nil
    ) async throws -> ActionResult {
        guard resource.actions.contains(.custom(action)) else {
            throw DashError(.notFound, "\(resource.name) have no action \(action).")
        }
        try allow(principal, .custom(action), on: resource.name)
        let row = try await stored(resource, id, for: principal)
        let event = AuditEvent(
            actor: AuditActor(principal),
            action: action,
            resource: resource.name,
            id: id,
            team: principal.team,
            remoteAddress: remoteAddress
        )
        switch (resource.name, action) {
        case ("pipelines", "run"):
            let job = try await operations.runNow(id, in: principal.team)
            try await record(event)
            return .job(job)
        case ("pipelines", "pause"):
            try await operations.pause(id, in: principal.team)
            return try await changed(resource, row, action, event, for: principal)
        case ("pipelines", "resume"):
            try await operations.resume(id, in: principal.team)
            return try await changed(resource, row, action, event, for: principal)
        case ("pipelines", "preview"):
            return .preview(try await preview(id, parameters, for: principal))
        case ("pipelines", "replay"):
            let filter = try QuarantineFilter(json: parameters)
            let replay = try await operations.replay(id, in: principal.team, matching: filter)
            try await record(event)
            await announce(Resources.replays, replay, .create, team: principal.team)
            return .replay(shown(replay, of: Resources.replays))
        case ("pipelines", "discard"):
            let count = try await discard(id, parameters)
            try await record(event)
            await announce(resource, row, .custom(action), team: principal.team)
            return .discarded(count)
        case ("dashboards", "share"):
            let token = SecretToken.make()
            let values: [String: JSONValue] = ["is_public": true, "public_token": .string(SecretToken.hash(token))]
            return try await share(row, values, secret: token, action, event, for: principal)
        case ("dashboards", "unshare"):
            return try await share(
                row,
                ["is_public": false, "public_token": .null],
                secret: nil,
                action,
                event,
                for: principal
            )
        case ("data_mapping_versions", "restore"):
            let restored = try await restore(row, as: principal, from: remoteAddress)
            return .row(WrittenResource(row: shown(restored, of: resource)))
        case ("data_mapping_versions", "compare"):
            return .comparison(try await compare(row, parameters, for: principal))
        case ("deliveries", "redrive"):
            let isOnly = parameters["only"]?.boolValue ?? false
            let count = try await store.redrive(
                try Self.lane(of: row),
                matching: DeadLetterFilter(delivery: isOnly ? id : nil),
                now: clock.now
            )
            try await record(event)
            await announce(resource, row, .custom(action), team: principal.team)
            return .count(count)
        case ("pipeline_sinks", "pause"), ("pipeline_sinks", "resume"):
            let values: [String: JSONValue] = [
                "status": action == "pause" ? "paused" : "active", "error_message": .null,
            ]
            let update = ResourceChange.update(resource, ResourceRow(id: id, values: values))
            try await store.apply([update], in: .team(principal.team))
            return try await changed(resource, row, action, event, for: principal)
        case ("pipeline_sinks", "test"):
            try await operations.testSink(id, in: principal.team)
            return .row(WrittenResource(row: shown(row, of: resource)))
        case ("pipeline_sinks", "redrive"):
            let filter = try Self.deadLetterFilter(parameters)
            let count = try await store.redrive(.sink(id), matching: filter, now: clock.now)
            try await record(event)
            await announce(resource, row, .custom(action), team: principal.team)
            return .count(count)
        case ("uploads", "cancel"):
            return try await cancel(row, event, for: principal)
        case ("uploads", "resume"):
            return try await resume(row, event, for: principal)
        default:
            throw DashError(.notFound, "\(resource.name) have no action \(action).")
        }
    }

    /// The engine has done it in a transaction of its own; the trail follows at once.
    private func record(_ event: AuditEvent) async throws {
        guard let team = event.team else { return }
        try await store.apply([event.change(at: clock.now)], in: .team(team))
    }

    private func changed(
        _ resource: Resource,
        _ row: ResourceRow,
        _ action: String,
        _ event: AuditEvent,
        for principal: Principal
    ) async throws -> ActionResult {
        try await record(event)
        let row = try await stored(resource, row.id, for: principal)
        await announce(resource, row, .custom(action), team: principal.team)
        return .row(WrittenResource(row: shown(row, of: resource)))
    }

    private func share(
        _ row: ResourceRow,
        _ values: [String: JSONValue],
        secret: String?,
        _ action: String,
        _ event: AuditEvent,
        for principal: Principal
    ) async throws -> ActionResult {
        let resource = Resources.dashboards
        let update = ResourceChange.update(resource, ResourceRow(id: row.id, values: values))
        let saved =
            try await store.apply([update, event.change(at: clock.now)], in: .team(principal.team)).first ?? row
        await announce(resource, row, .custom(action), team: principal.team)
        return .row(WrittenResource(row: shown(saved, of: resource), secret: secret))
    }

    private func preview(_ id: UUID, _ parameters: JSONValue, for principal: Principal) async throws -> PipelinePreview
    {
        guard let members = parameters.objectValue else {
            throw DashError(.invalid, "A preview's parameters are an object with mapping, sample and from.")
        }
        let unknown = members.keys.filter { !["mapping", "sample", "from"].contains($0) }
        guard unknown.isEmpty else {
            let issues = unknown.map { DashError.Issue(pointer: "/" + $0, message: "is not a parameter of preview") }
            throw DashError(.invalid, "A preview takes mapping, sample and from only.", issues: issues)
        }
        let mapping = members["mapping"].flatMap { $0.isNull ? nil : $0 }
        let sample: [UInt8]? =
            switch members["sample"] {
            case nil, .null?: nil
            // A sample as text is the body as it came, whatever its form.
            case .string(let text)?: Array(text.utf8)
            case let value?: value.encoded()
            }
        let given = members["from"].flatMap { $0.isNull ? nil : $0 }
        guard let origin = PreviewOrigin(rawValue: given.map { $0.stringValue ?? "" } ?? PreviewOrigin.source.rawValue)
        else {
            let known = PreviewOrigin.allCases.map(\.rawValue).joined(separator: ", ")
            let issue = DashError.Issue(pointer: "/from", message: "must be one of \(known)")
            throw DashError(.invalid, "A preview can't have records from there.", issues: [issue])
        }
        return try await operations.preview(id, in: principal.team, mapping: mapping, sample: sample, from: origin)
    }

    private static func deadLetterFilter(_ parameters: JSONValue) throws -> DeadLetterFilter {
        guard let members = parameters.objectValue else {
            throw DashError(.invalid, "The parameters of redrive are an object with reason, from and to.")
        }
        var filter = DeadLetterFilter()
        var issues: [DashError.Issue] = []
        for (key, value) in members.members {
            let time = value.stringValue.flatMap { Timestamp(text: $0) }
            switch key {
            case "reason" where value.stringValue?.isEmpty == false: filter.reason = value.stringValue
            case "from" where time != nil: filter.from = time
            case "to" where time != nil: filter.to = time
            case "reason": issues.append(.init(pointer: "/reason", message: "must be a part of the reason"))
            case "from", "to":
                issues.append(.init(pointer: "/\(key)", message: "must be a time like 2026-01-31T00:00:00Z"))
            default: issues.append(.init(pointer: "/\(key)", message: "is not a parameter of redrive"))
            }
        }
        guard issues.isEmpty else { throw DashError(.invalid, "A redrive takes reason, from and to.", issues: issues) }
        return filter
    }

    private static func lane(of delivery: ResourceRow) throws -> BatchCommit.Lane {
        if let sink = delivery.uuid("pipeline_sink_id") { return .sink(sink) }
        if let downstream = delivery.uuid("downstream_id") { return .pipeline(downstream) }
        throw DashError(.conflict, "The delivery's sink does not exist any more.")
    }
}
