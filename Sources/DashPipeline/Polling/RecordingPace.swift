/// When to record due times, so that they are in the store about when they come.
struct RecordingPace {
    /// What comes within this time goes together.
    static let interval = Duration.milliseconds(12)
    /// Of the last recording in the average: a few of them make it.
    private static let weight = 0.125

    /// How long recording takes: so long before a due time it is begun.
    private(set) var usual = Duration.zero

    /// What comes within this time is recorded as well: some of it a little early, as what has to wait for the next time
    /// is a little late.
    var ahead: Duration { usual + max(usual, Self.interval) / 2 }

    mutating func note(_ duration: Duration) {
        // A database that stood still for a while says nothing about the next time.
        usual += (min(duration, PollPlan.furthest) - usual) * Self.weight
    }
}
