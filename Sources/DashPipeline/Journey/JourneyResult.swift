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
}
