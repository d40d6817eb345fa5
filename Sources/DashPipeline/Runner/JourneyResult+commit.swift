import DashModel
import DashStorage

extension JourneyResult {
    /// How it ended for a part of a transaction.
    init(_ outcome: CommitOutcome, of part: CommitPart, hasMore: Bool) {
        (accepted, quarantined, duplicates) =
            if case .repeated(let accepted, let quarantined, let duplicates) = outcome {
                (accepted, quarantined, duplicates)
            } else {
                (part.records.count, part.quarantined.count, part.duplicates)
            }
        received = part.received
        self.outcome = outcome
        self.hasMore = hasMore
    }
}
