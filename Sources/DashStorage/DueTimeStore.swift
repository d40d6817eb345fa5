public import DashModel
public import FoundationEssentials

/// The ledger of due times: each moment a polling pipeline was due is a row before anything runs.
public protocol DueTimeStore: Sendable {
    /// Records the due times that are new and enqueues the given jobs in the same transaction; a due time that is there
    /// already brings no second job. Returns the due times that were new.
    func recordDue(_ due: [DueTime], now: Timestamp) async throws -> [DueTime]

    /// What became of a due time, when it was still open.
    func settleDue(pipeline: UUID, dueAt: Timestamp, as state: DueTime.State) async throws

    /// The newest due times of a pipeline, newest first.
    func dueTimes(of pipeline: UUID, limit: Int) async throws -> [DueTime]

    /// Deletes settled ones older than `before`; returns how many, at most `limit`.
    func pruneDueTimes(before: Timestamp, limit: Int) async throws -> Int
}

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

    public init(pipeline: UUID, dueAt: Timestamp, state: State = .due, job: NewJob? = nil) {
        self.pipeline = pipeline
        self.dueAt = dueAt
        self.state = state
        self.job = job
    }
}
