public import DashStorage

/// A job that ended, for logs and metrics.
public struct JobEvent: Sendable {
    public var kind: String
    /// nil: settled by its own commit, or lost to another node.
    public var outcome: JobOutcome?
    public var duration: Duration
}
