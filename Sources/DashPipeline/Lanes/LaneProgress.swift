import DashModel

/// Why a lane's worker stopped.
enum LaneProgress: Sendable {
    /// Nothing is due any more.
    case waiting
    /// The oldest delivery failed and waits for its next try, and all others behind it.
    case retrying(until: Timestamp)
    /// What is due is less than a batch, and may wait for more.
    case gathering
}
