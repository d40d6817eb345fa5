import DashJobs
import DashModel

/// A failed poll: what to tell the owner, whether the pipeline is in error by it, and when to try again.
struct PollFailure: Sendable {
    /// So many failures in a row mean `error`.
    private static let limit = 3
    private static let backoff = Backoff(base: .seconds(1), cap: .seconds(1_800), jitter: 0.2)
    private static let quickRetries = Backoff(base: .seconds(5), cap: .seconds(300))
    private static let longestWish = Duration.seconds(3_600)

    var message: String
    var count: Int
    /// The source or the rule of the network said no, which does not get better by asking again: the pipeline is paused.
    let isRefusal: Bool
    private var isTransient: Bool
    private var retryAfter: Duration?

    init(_ error: any Error, count: Int) {
        let known = error as? DashError
        isRefusal = known?.code == .forbidden || known?.code == .unauthenticated
        let reason = known?.description ?? "the poll failed unexpectedly"
        message = isRefusal ? reason + " The pipeline is paused; resume it when this is put right." : reason
        isTransient = known.map { $0.code == .unavailable || $0.code == .rateLimited || $0.code == .internal } ?? true
        retryAfter = known?.retryAfter.map { min($0, Self.longestWish) }
        self.count = count
    }

    var isError: Bool { isRefusal || count >= Self.limit }

    /// How long scheduled polls rest.
    var rest: Duration? {
        guard isError else { return retryAfter }
        if isRefusal { return nil }
        return Self.backoff.delay(after: count - Self.limit + 1, atLeast: retryAfter)
    }

    /// The delay of another try for the same due time.
    func retry(attempt: Int) -> Duration? {
        guard isTransient, !isError, attempt <= Self.limit else { return nil }
        return Self.quickRetries.delay(after: attempt, atLeast: retryAfter)
    }
}
