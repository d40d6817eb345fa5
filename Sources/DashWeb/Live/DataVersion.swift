import DashExchange
import DashModel

/// How far a pipeline's records have come, as far as this node was told.
struct DataVersion: Sendable, Hashable, Comparable {
    /// Times at which news were lost: nobody knows what was in them.
    var losses = 0
    var lastID: Int64 = 0

    mutating func note(_ element: Subscription.Element) {
        switch element {
        case .event(.committed(let batch)): lastID = max(lastID, batch.lastID)
        case .event(.changed): break
        case .lagged: losses += 1
        }
    }

    static func < (left: DataVersion, right: DataVersion) -> Bool {
        (left.losses, left.lastID) < (right.losses, right.lastID)
    }
}
