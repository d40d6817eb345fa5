public import DashJobs
import DashModel
import DashStorage

/// How often and how long a delivery is tried before it is a dead letter.
public struct DeliveryPolicy: Sendable {
    public var backoff: Backoff
    /// A delivery older than this is given up when it fails again.
    public var budget: Duration
    /// But never before this many tries: it may have waited behind another for all that time.
    public var minimumAttempts: Int
    /// How often to look for due lanes without being woken.
    public var poll: Duration
    /// How long sends may finish after shutdown began.
    public var grace: Duration

    public init(
        backoff: Backoff = Backoff(base: .seconds(1), cap: .seconds(300)),
        budget: Duration = .seconds(86_400),
        minimumAttempts: Int = 5,
        poll: Duration = .seconds(1),
        grace: Duration = .seconds(5)
    ) {
        self.backoff = backoff
        self.budget = budget
        self.minimumAttempts = minimumAttempts
        self.poll = poll
        self.grace = grace
    }

    /// What a failed try means for the delivery. `isBreakerOpen`: the target refused everything lately, so even what it
    /// refuses is tried again.
    func outcome(
        of delivery: Delivery,
        _ error: any Error,
        budget: Duration? = nil,
        isBreakerOpen: Bool = false,
        now: Timestamp
    ) -> DeliveryOutcome {
        let budget = budget ?? self.budget
        let known = error as? DashError
        let reason = known?.description ?? "the delivery failed unexpectedly"
        let attempts = delivery.attempts + 1
        guard Self.isTransient(error) || isBreakerOpen else { return .dead(reason: reason) }
        if now - delivery.receivedAt > budget, attempts >= minimumAttempts {
            return .dead(reason: "given up after \(attempts) tries: \(reason)")
        }
        let wish = known?.retryAfter.map { min($0, .seconds(3_600)) }
        return .retry(at: now + backoff.delay(after: attempts, atLeast: wish), reason: reason)
    }

    /// Whether the same delivery may succeed later without a change.
    static func isTransient(_ error: any Error) -> Bool {
        guard let known = error as? DashError else { return true }
        return [.unavailable, .rateLimited, .internal].contains(known.code)
    }
}
