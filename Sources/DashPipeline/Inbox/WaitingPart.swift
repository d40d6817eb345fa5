import DashModel
import DashStorage

/// A part in the inbox and the task that waits for its outcome.
struct WaitingPart {
    let part: CommitPart
    let enteredAt: ContinuousClock.Instant
    let continuation: CheckedContinuation<CommitOutcome, any Error>

    /// The steps up to the transaction that starts now.
    func steps(until now: ContinuousClock.Instant) -> StepTimes {
        var steps = part.steps
        steps.queue += max(1, (now - enteredAt).microseconds)
        return steps
    }
}
