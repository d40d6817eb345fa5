public import DashModel
public import FoundationEssentials

/// The ledger of due times: each moment a polling pipeline was due is a row before anything runs.
public protocol DueTimeStore: Sendable {
    /// Records the due times that are new and enqueues the given jobs in the same transaction; a due time that is there
    /// already brings no second job. Returns the due times that were new.
    func record(_ due: [DueTime], now: Timestamp) async throws -> [DueTime]

    /// What became of a due time, when it was still open.
    func settle(pipeline: UUID, dueAt: Timestamp, as state: DueTime.State) async throws

    /// Settles a pipeline's open due times up to a moment for which no unfinished job with the key stands: a job held
    /// their place, or was to.
    func settleOvertaken(
        of pipeline: UUID,
        jobKey: String,
        until end: Timestamp,
        as state: DueTime.State
    ) async throws

    /// Pipelines with ids after `last` that have open due times from before a moment, in the order of their ids.
    func open(before end: Timestamp, after last: UUID?, limit: Int) async throws -> [UUID]

    /// Settles a pipeline's open due times from before a moment, unless an unfinished job with the key is there, which
    /// will do it.
    func settleAbandoned(
        of pipeline: UUID,
        jobKey: String,
        until end: Timestamp,
        as state: DueTime.State
    ) async throws

    /// The newest due times of a pipeline, newest first.
    func newest(of pipeline: UUID, limit: Int) async throws -> [DueTime]

    /// Deletes settled ones older than `before`; returns how many, at most `limit`.
    func prune(before: Timestamp, limit: Int) async throws -> Int
}
