import DashExchange
import DashJSON
import DashModel
import DashStorage

/// Keeps a sink's status and its reason as its deliveries show them.
struct SinkHealth: Sendable {
    let store: any ResourceStore
    let pubsub: any PubSub

    /// Writes only what is not there yet; returns the row as it is now.
    func failing(_ row: ResourceRow, reason: String, of delivery: Delivery) async throws -> ResourceRow {
        guard row.string("status") != "failing" || row.string("error_message") != reason else { return row }
        return try await write(row, ["status": "failing", "error_message": .string(reason)], delivery)
    }

    func active(_ row: ResourceRow, of delivery: Delivery) async throws -> ResourceRow {
        guard row.string("status") == "failing" else { return row }
        return try await write(row, ["status": "active", "error_message": nil], delivery)
    }

    private func write(
        _ row: ResourceRow,
        _ values: [String: JSONValue],
        _ delivery: Delivery
    ) async throws -> ResourceRow {
        let resource = Resources.pipelineSinks
        // Somebody may have paused it while it was being tried.
        let current = try await store.fetch(resource, id: row.id, in: .system)
        guard let current, current.string("status") != "paused" else { return current ?? row }
        try await store.apply([.update(resource, ResourceRow(id: row.id, values: values))], in: .system)
        try await pubsub.publish(
            .changed(resource: resource.name, id: row.id, team: delivery.team, parent: delivery.pipeline),
            to: .resources
        )
        var row = row
        row.values.merge(values) { _, new in new }
        return row
    }
}
