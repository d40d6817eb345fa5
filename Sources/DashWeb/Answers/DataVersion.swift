import DashExchange
import DashModel

/// How far a pipeline's records have come, as far as this node was told.
struct DataVersion: Sendable, Hashable, Comparable {
    /// News of which it isn't known which records they were: they were lost, or another node's, which come in no order.
    var unknown = 0
    var lastID: Int64 = 0

    mutating func note(_ element: Subscription.Element) {
        switch element {
        case .event(.committed(let batch)): lastID = max(lastID, batch.lastID)
        case .event(.changed): break
        case .event(.advanced), .lagged: unknown += 1
        }
    }

    static func < (left: DataVersion, right: DataVersion) -> Bool {
        (left.unknown, left.lastID) < (right.unknown, right.lastID)
    }
}
