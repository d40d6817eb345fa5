import DashStorage

/// How a journey ended.
struct JourneyResult: Sendable {
    var received: Int
    var accepted: Int
    var quarantined: Int
    var outcome: CommitOutcome
}
