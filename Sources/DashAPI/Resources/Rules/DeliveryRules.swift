import DashModel
import DashStorage
import FoundationEssentials

struct DeliveryRules: ResourceRules {
    let resource = Resources.deliveries

    var actions: [String: ActionRule] { ["redrive": redrive] }

    private func redrive(_ call: ActionCall) async throws -> ActionEffect {
        let count = try await call.context.service.store.deliveries.redrive(
            try Self.lane(of: call.row),
            matching: DeadLetterFilter(delivery: call.parameters.bool("only") ? call.row.id : nil),
            now: call.context.now
        )
        return .done(.count(count), telling: .row)
    }

    private static func lane(of delivery: ResourceRow) throws -> BatchCommit.Lane {
        if let sink = delivery.uuid("pipeline_sink_id") { return .sink(sink) }
        if let downstream = delivery.uuid("downstream_id") { return .pipeline(downstream) }
        throw DashError(.conflict, "The delivery's sink does not exist any more.")
    }
}
