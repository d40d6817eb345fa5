public import DashModel

extension Store {
    /// The oldest unsettled deliveries of a lane as `DeliveryStore.next`, with their records, wherever those are kept.
    public func nextDeliveries(
        of lane: BatchCommit.Lane,
        limit: Int,
        bytes: Int = .max,
        now: Timestamp
    ) async throws -> [Delivery] {
        let due = try await deliveries.next(of: lane, limit: limit, bytes: bytes, now: now)
        var loaded = try await records.batches(due.filter(\.isStored).map { $0.delivery.extent })[...]
        return due.map { due in
            var delivery = due.delivery
            if due.isStored, let records = loaded.popFirst() { delivery.records = records }
            return delivery
        }
    }
}

extension Delivery {
    fileprivate var extent: BatchExtent {
        BatchExtent(pipeline: pipeline, receivedAt: receivedAt, ids: firstID...max(firstID, lastID))
    }
}
