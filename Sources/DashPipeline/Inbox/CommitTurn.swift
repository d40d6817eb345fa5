import DashModel
import DashStorage

/// What the committing tasks carry from one transaction to the next: times and ids that never go back.
struct CommitTurn {
    private var lastReceivedAt = Timestamp.epoch
    private var nextVolatileID: Int64 = 0

    /// One receive time for the whole group, so that time and id order agree.
    mutating func receiveTime(_ now: Timestamp) -> Timestamp {
        lastReceivedAt = max(lastReceivedAt, now)
        return lastReceivedAt
    }

    /// The id of a commit's first record; records without a row get ids of this node, which start at its clock so that
    /// they rise across restarts.
    mutating func firstID(_ commit: BatchCommit, _ outcome: CommitOutcome) -> Int64 {
        guard case .saved(let firstID) = outcome else { return 0 }
        if commit.persists { return firstID }
        nextVolatileID = max(nextVolatileID, lastReceivedAt.microseconds)
        defer { nextVolatileID += Int64(commit.batch.records.count) }
        return nextVolatileID
    }
}
