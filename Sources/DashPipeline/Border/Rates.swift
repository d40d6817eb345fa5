public import DashModel
import Synchronization

/// How often each party may do something.
public final class Rates: Sendable {
    private struct Key: Hashable {
        var limit: String
        var party: Party
    }

    private let state: Mutex<RateState<Key>>
    private let instant: @Sendable () -> ContinuousClock.Instant
    private let metrics: MetricsRegistry
    private let refused = Mutex<[String: Counter]>([:])

    /// `instant` tells how time goes on where a caller does not.
    public init(
        capacity: Int = 100_000,
        instant: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
        metrics: MetricsRegistry = MetricsRegistry()
    ) {
        state = Mutex(RateState(capacity: capacity))
        self.instant = instant
        self.metrics = metrics
    }

    /// Counts one more and says whether it is within the limit.
    public func take(
        _ limit: RateLimit,
        _ party: Party,
        cost: Int = 1,
        now: ContinuousClock.Instant? = nil
    ) -> RateStatus {
        let now = now ?? instant()
        let status = state.withLock {
            $0.take(Key(limit: limit.name, party: party), limit, cost: cost, now: now)
        }
        if !status.isAllowed { count(limit.name) }
        return status
    }

    /// Whether one more would be within the limit; counts nothing.
    public func look(_ limit: RateLimit, _ party: Party, now: ContinuousClock.Instant? = nil) -> RateStatus {
        let now = now ?? instant()
        return state.withLock { $0.take(Key(limit: limit.name, party: party), limit, takes: false, now: now) }
    }

    /// Forgets what the party has taken.
    public func forgive(_ limit: RateLimit, _ party: Party) {
        state.withLock { $0.forgive(Key(limit: limit.name, party: party)) }
    }

    /// Takes back one that turned out not to count.
    public func giveBack(_ limit: RateLimit, _ party: Party) {
        state.withLock { $0.giveBack(Key(limit: limit.name, party: party)) }
    }

    private func count(_ name: String) {
        let counter = refused.withLock { refused in
            if let counter = refused[name] { return counter }
            let counter = metrics.counter(
                "dash_border_rate_refused_total",
                "Requests beyond a rate limit.",
                labels: [("limit", name)]
            )
            refused[name] = counter
            return counter
        }
        counter.add(1)
    }
}

extension RateStatus {
    /// What whoever is over the limit is told.
    public var error: DashError {
        let seconds = limit.window.components.seconds
        return DashError(
            .rateLimited,
            "More than \(limit.quota) within \(seconds) s: this is beyond the limit \"\(limit.name)\".",
            retryAfter: retryAfter
        )
    }
}
