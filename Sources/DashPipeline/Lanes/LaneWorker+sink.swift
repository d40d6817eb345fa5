import DashModel
import DashStorage

/// Sends a page of deliveries to a sink, batch by batch.
extension LaneWorker {
    /// nil when all are settled and the lane goes on.
    func send(
        _ page: [Delivery],
        to sink: any Sink,
        _ row: ResourceRow,
        _ settings: LaneSettings,
        _ mayGoOn: () async throws -> Bool
    ) async throws -> LaneProgress? {
        var row = row
        var delivered: [Delivery] = []
        let cutter = DeliveryBatches(batching: settings.batching)
        var batches = cutter.cut(page)[...]
        while let batch = batches.popFirst(), let first = batch.first {
            if batches.isEmpty, cutter.mayGrow(batch, now: clock.now) {
                try await settle(delivered, of: &row)
                return .gathering
            }
            guard try await mayGoOn() else { break }
            if try await isSetAside(first) { continue }
            metrics.deliveryAttempts.add(batch.count)
            do {
                try await batch.count == 1 ? sink.send(first) : sink.send(batch)
                delivered += batch
                breakers.delivered(first.lane)
            } catch is CancellationError {
                try await settle(delivered)
                throw CancellationError()
            } catch {
                try await settle(delivered, of: &row)
                delivered = []
                if batch.count > 1, !DeliveryPolicy.isTransient(error) {
                    // One by one, so that only what is refused becomes a dead letter.
                    batches = (batch.map { [$0] } + batches)[...]
                    continue
                }
                let outcome = policy.outcome(
                    of: first,
                    error,
                    budget: settings.budget,
                    isBreakerOpen: breakers.isOpen(first.lane),
                    now: clock.now
                )
                if !DeliveryPolicy.isTransient(error) { breakers.refused(first.lane) }
                try await settle(first, outcome)
                row = try await health.failing(row, reason: outcome.reason, of: first)
                if case .retry(let next, _) = outcome { return .retrying(until: next) }
                // Given up after all its tries: the others of its batch go on without it.
                if batch.count > 1 { batches = ([Array(batch.dropFirst())] + batches)[...] }
            }
        }
        try await settle(delivered, of: &row)
        return nil
    }

    private func settle(_ delivered: [Delivery], of row: inout ResourceRow) async throws {
        try await settle(delivered)
        if let last = delivered.last { row = try await health.active(row, of: last) }
    }
}

extension DeliveryOutcome {
    fileprivate var reason: String {
        switch self {
        case .delivered: ""
        case .retry(_, let reason), .dead(let reason): reason
        }
    }
}
