import DashStorage

/// A part in the inbox and the task that waits for its outcome.
struct WaitingPart {
    var part: CommitPart
    var enteredAt: ContinuousClock.Instant
    var continuation: CheckedContinuation<CommitOutcome, any Error>
}
