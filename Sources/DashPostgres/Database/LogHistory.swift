/// Where the primary's log stood at what time. A replica's lag follows from it without comparing any clocks.
struct LogHistory {
    private var samples: [(position: LogPosition, time: ContinuousClock.Instant)] = []
    /// When the primary was asked last and answered.
    private var heard: ContinuousClock.Instant?
    private static let length = 1_200

    mutating func note(_ position: LogPosition, at time: ContinuousClock.Instant) {
        heard = heard.map { max($0, time) } ?? time
        guard samples.last.map({ position > $0.position }) ?? true else { return }
        samples.append((position, time))
        if samples.count > Self.length { samples.removeFirst(Self.length / 4) }
    }

    /// How long before the primary's last answer the log first stood behind what the replica has; zero when it has all
    /// that is known, nil when it is further behind than anything known. While the primary is away no lag grows: the
    /// replica that served before is the best there is, also when the end of the log never reached it.
    func lag(of position: LogPosition) -> Duration? {
        guard let heard, let missing = samples.first(where: { $0.position > position }) else { return .zero }
        if let first = samples.first, position < first.position { return nil }
        return heard - missing.time
    }
}
