import DashJSON
import DashModel
import DashPipeline
import DashStorage
import FoundationEssentials

struct SinkRules: ResourceRules {
    let resource = Resources.pipelineSinks

    var actions: [String: ActionRule] {
        [
            "pause": { _ in .save(["status": "paused", "error_message": .null]) },
            "resume": { _ in .save(["status": "active", "error_message": .null]) },
            "test": test,
            "redrive": redrive,
        ]
    }

    func configFields(of row: ResourceRow, _ components: Components) -> [ConfigField]? {
        components.sink(row.string("sink_type") ?? "")?.fields
    }

    func prepare(_ draft: inout ResourceDraft, _ context: RuleContext) async throws -> String? {
        let isSameKind = draft.row["sink_type"] == draft.existing?["sink_type"]
        let fields = configFields(of: draft.row, context.service.components)
        draft.unmask("sink_config", sameKind: isSameKind, fields)
        return nil
    }

    private func test(_ call: ActionCall) async throws -> ActionEffect {
        try await call.operations.testSink(call.row.id, in: call.context.team)
        return .nothing(.row(WrittenResource(row: call.shownRow)))
    }

    private func redrive(_ call: ActionCall) async throws -> ActionEffect {
        let filter = DeadLetterFilter(
            reason: call.parameters.string("reason"),
            from: call.parameters.timestamp("from"),
            to: call.parameters.timestamp("to")
        )
        let now = call.context.now
        let count = try await call.context.service.store.deliveries.redrive(
            .sink(call.row.id),
            matching: filter,
            now: now
        )
        return .done(.count(count), telling: .row)
    }
}
