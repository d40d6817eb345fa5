import DashJSON
import DashModel
import DashPipeline
import DashStorage
import FoundationEssentials

struct PipelineRules: ResourceRules {
    let resource = Resources.pipelines

    var actions: [String: ActionRule] {
        [
            "run": run,
            "pause": { _ in .save(["status": "paused", "error_message": .null, "next_run_at": .null]) },
            "resume": { _ in .save(["status": "active", "error_message": .null, "failure_count": 0]) },
            "preview": preview,
            "replay": replay,
            "discard": discard,
        ]
    }

    func cap(_ limits: BorderLimits) -> Int? { limits.pipelines }

    func configFields(of row: ResourceRow, _ components: Components) -> [ConfigField]? {
        components.source(row.string("source_type") ?? "")?.fields
    }

    func prepare(_ draft: inout ResourceDraft, _ context: RuleContext) async throws -> String? {
        let isSameKind = draft.row["source_type"] == draft.existing?["source_type"]
        let fields = configFields(of: draft.row, context.service.components)
        draft.unmask("source_config", sameKind: isSameKind, fields)
        return nil
    }

    func committed(_ action: ResourceAction, of row: ResourceRow, _ service: ResourceService) async {
        if action == .custom("resume") { service.operations.forgetFailures(of: row.id) }
    }

    private func run(_ call: ActionCall) async throws -> ActionEffect {
        let job = try await call.operations.runNow(call.row.id, in: call.context.team)
        let pipeline = JSONObject([("pipeline_id", .string(call.row.id.text))])
        return .done(.values(pipeline, id: job))
    }

    private func preview(_ call: ActionCall) async throws -> ActionEffect {
        let sample: [UInt8]? =
            switch call.parameters["sample"] {
            case .null: nil
            // A sample as text is the body as it came, whatever its form.
            case .string(let text): Array(text.utf8)
            case let value: value.encoded()
            }
        let mapping = call.parameters["mapping"]
        let preview = try await call.operations.preview(
            call.row.id,
            in: call.context.team,
            mapping: mapping.isNull ? nil : mapping,
            sample: sample,
            from: call.parameters.string("from").flatMap(PreviewOrigin.init(rawValue:)) ?? .source
        )
        return .nothing(.values(preview, id: call.row.id))
    }

    private func replay(_ call: ActionCall) async throws -> ActionEffect {
        let filter = try QuarantineFilter(json: .object(call.parameters.values))
        let replay = try await call.operations.replay(call.row.id, in: call.context.team, matching: filter)
        let shown = call.context.service.shown(replay, of: Resources.replays)
        return .done(.started(shown), telling: .new(Resources.replays, replay))
    }

    /// Deletes the chosen records for good; all of them only when that is said.
    private func discard(_ call: ActionCall) async throws -> ActionEffect {
        var choice = call.parameters.values
        choice["all"] = nil
        let filter = try QuarantineFilter(json: .object(choice))
        guard call.parameters.bool("all") || !filter.isEmpty else {
            let issue = DashError.Issue(pointer: "/all", message: "must be true to discard every record")
            throw DashError(.invalid, "Nothing was chosen: name a rule, a field, a time or all.", issues: [issue])
        }
        let count = try await call.context.service.store.quarantine.discard(of: call.row.id, matching: filter)
        return .done(.count(count), telling: .row)
    }
}
