import DashModel
import DashStorage

/// Cuts a lane's deliveries into what its sink takes at once.
struct DeliveryBatches {
    let batching: SinkBatching?

    /// Never empty batches; a delivery larger than the limits is a batch of its own, and so is one that was on its way when
    /// the process ended.
    func cut(_ page: [Delivery]) -> [[Delivery]] {
        guard let batching else { return page.map { [$0] } }
        var batches: [[Delivery]] = []
        var (records, bytes) = (0, 0)
        var mayJoin = false
        for delivery in page {
            records += delivery.records.count
            bytes += delivery.records.bytes.count
            if mayJoin, delivery.lostStarts == 0, records <= batching.records, bytes <= batching.bytes {
                batches[batches.count - 1].append(delivery)
            } else {
                batches.append([delivery])
                (records, bytes) = (delivery.records.count, delivery.records.bytes.count)
            }
            mayJoin = delivery.lostStarts == 0
        }
        return batches
    }

    /// Whether a page's last batch may wait for more deliveries.
    func mayGrow(_ batch: [Delivery], now: Timestamp) -> Bool {
        guard let batching, let oldest = batch.first, now - oldest.receivedAt < batching.wait else { return false }
        return batch.reduce(0) { $0 + $1.records.count } < batching.records
            && batch.reduce(0) { $0 + $1.records.bytes.count } < batching.bytes
    }
}
