public import DashModel
public import FoundationEssentials

/// A moment at which a polling pipeline was due.
public struct DueTime: Sendable {
    public enum State: Sendable, Hashable {
        case due
        case ran
        case failed(reason: String)
        case skipped(reason: String)
        case coalesced(reason: String)
    }

    public var pipeline: UUID
    public var dueAt: Timestamp
    public var state: State
    /// The job that runs it; nil for a due time that is recorded as missed.
    public var job: NewJob?
    /// When the pipeline is due next, to be shown with it.
    public var nextDueAt: Timestamp?

    public init(pipeline: UUID, dueAt: Timestamp, state: State = .due, job: NewJob? = nil) {
        self.pipeline = pipeline
        self.dueAt = dueAt
        self.state = state
        self.job = job
    }
}
