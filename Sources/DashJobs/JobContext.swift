public import DashModel
public import DashStorage
public import FoundationEssentials

/// What a handler may know of the job it runs.
public struct JobContext: Sendable {
    /// The right to settle the job; a handler whose own commit settles it answers `.settled`.
    public var lease: JobLease
    public var team: UUID?
    /// 1 for the first try.
    public var attempt: Int
    public var maxAttempts: Int
    public var startedAt: Timestamp

    public init(_ job: ClaimedJob, startedAt: Timestamp) {
        lease = job.lease
        team = job.team
        attempt = job.attempt
        maxAttempts = job.maxAttempts
        self.startedAt = startedAt
    }
}
