import DashModel
import DashStorage

/// What one transaction saved, for the steps behind it: a batch for each pipeline, in the order of the commit.
struct CommittedGroup: Sendable {
    private(set) var batches: [CommittedBatch] = []
    private(set) var lanes: Set<BatchCommit.Lane> = []
    private(set) var received = 0
    private(set) var stored = 0
    private(set) var memoryOnly = 0
    private(set) var quarantined = 0
    private(set) var dropped = 0
    private(set) var bytesReceived = 0

    var isEmpty: Bool { received == 0 && batches.isEmpty }

    /// `firstID` is the store's, or for records that have no row, the node's own.
    mutating func add(_ commit: BatchCommit, _ outcome: CommitOutcome, firstID: Int64) {
        let count = commit.batch.records.count
        switch outcome {
        case .saved:
            stored += commit.persists ? count : 0
            memoryOnly += commit.persists ? 0 : count
            quarantined += commit.quarantined.count
            dropped += Int(commit.ledger[.droppedFilter])
            if count > 0 {
                lanes.formUnion(commit.lanes)
                append(CommittedBatch(batch: commit.batch, firstID: firstID, isStored: commit.persists))
            }
        case .overStorageLimit: dropped += count
        case .repeated, .overlapping, .fenced: break
        }
        received += Int(commit.ledger[.received])
        bytesReceived += Int(commit.ledger[.bytesReceived])
    }

    /// Neighbours of one pipeline become one batch.
    private mutating func append(_ next: CommittedBatch) {
        guard let last = batches.last, last.batch.pipeline == next.batch.pipeline, last.lastID + 1 == next.firstID,
            last.batch.receivedAt == next.batch.receivedAt, last.isStored == next.isStored
        else {
            batches.append(next)
            return
        }
        batches[batches.count - 1].batch.records.append(next.batch.records)
    }
}
