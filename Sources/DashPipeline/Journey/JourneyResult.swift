import DashModel
import DashStorage

/// How a journey ended.
struct JourneyResult: Sendable {
    var received: Int
    var accepted: Int
    var quarantined: Int
    /// Records that the mapping dropped because they repeat another one.
    var duplicates: Int
    var outcome: CommitOutcome
    /// Whether the source has more already.
    var hasMore = false

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
