/// Holds a stream of frames to a rate, but lets the first few go at once: a single change is never kept waiting.
struct FramePace: Sendable {
    private let interval: Duration
    private let burst: Int
    /// When a stream of frames at the full rate would be due to send its next one.
    private var due: ContinuousClock.Instant?

    init(interval: Duration = LivePace.frameInterval, burst: Int = 3) {
        self.interval = interval
        self.burst = burst
    }

    /// How long the next frame has to wait; zero: not at all.
    func delay(at now: ContinuousClock.Instant = .now) -> Duration {
        guard let due else { return .zero }
        return max(.zero, now.duration(to: due - interval * (burst - 1)))
    }

    mutating func take(at now: ContinuousClock.Instant = .now) { due = max(now, due ?? now) + interval }

    /// The next frame comes no sooner than after this rest, as its query is dear.
    mutating func rest(_ duration: Duration, from now: ContinuousClock.Instant = .now) {
        due = max(due ?? now, now + duration + interval * (burst - 1))
    }
}
