/// Where the primary's log stood at what time. A replica's lag follows from it without comparing any clocks.
struct LogHistory {
    private var samples: [(position: LogPosition, time: ContinuousClock.Instant)] = []
    private static let length = 1_200

    mutating func note(_ position: LogPosition, at time: ContinuousClock.Instant) {
        guard samples.last.map({ position > $0.position }) ?? true else { return }
        samples.append((position, time))
        if samples.count > Self.length { samples.removeFirst(Self.length / 4) }
    }

    /// How long ago the log first stood behind what the replica has; zero when it has all that is known, nil when it is
    /// further behind than anything known.
    func lag(of position: LogPosition, at now: ContinuousClock.Instant) -> Duration? {
        guard let missing = samples.first(where: { $0.position > position }) else { return .zero }
        if let first = samples.first, position < first.position { return nil }
        return now - missing.time
    }
}
