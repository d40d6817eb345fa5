public import DashModel

/// How a job's run ended.
public enum JobOutcome: Sendable, Hashable {
    case completed
    case retry(at: Timestamp, reason: String)
    case discarded(reason: String)
    /// Given back without counting the attempt, as at shutdown.
    case released
}
