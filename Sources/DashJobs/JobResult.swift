/// How a handler says that its job ended.
public enum JobResult: Sendable, Hashable {
    case completed
    /// The handler's own transaction settled the job.
    case settled
    case retry(after: Duration, reason: String)
    /// Given up, not to be tried again.
    case discarded(reason: String)
}
