import DashModel

/// How long to wait before a try is repeated: doubling from a base to a cap, spread by jitter.
public struct Backoff: Sendable, Hashable {
    public var base: Duration
    public var cap: Duration
    /// The share of the delay that is left to chance: 0.5 spreads it over the upper half.
    public var jitter: Double

    public init(base: Duration, cap: Duration, jitter: Double = 0.5) {
        self.base = base
        self.cap = cap
        self.jitter = jitter
    }

    /// Jobs in general: 5 s to 30 min.
    public static let jobs = Backoff(base: .seconds(5), cap: .seconds(1_800))

    /// The delay after failed try number `attempt`, counted from 1; never shorter than `atLeast`.
    public func delay(after attempt: Int, atLeast: Duration? = nil) -> Duration {
        delay(after: attempt, atLeast: atLeast, chance: Double.random(in: 0...1))
    }

    /// The same with the chance given, for tests.
    public func delay(after attempt: Int, atLeast: Duration?, chance: Double) -> Duration {
        let doublings = min(max(attempt - 1, 0), 40)
        let full = min(Double(cap.microseconds), Double(base.microseconds) * Double(1 << doublings))
        let spread = Duration.microseconds(Int64(full * (1 - jitter + jitter * chance)))
        return max(spread, atLeast ?? .zero)
    }
}
