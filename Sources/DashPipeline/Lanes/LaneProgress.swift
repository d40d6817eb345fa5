/// Why a lane's worker stopped.
enum LaneProgress: Sendable {
    /// Nothing is due any more, or the lane has to wait for its next try.
    case waiting
    /// What is due is less than a batch, and may wait for more.
    case gathering
}
