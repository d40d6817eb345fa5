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
    private let progress: JobProgress?

    public init(_ job: ClaimedJob, startedAt: Timestamp) { self.init(job, startedAt: startedAt, progress: nil) }

    init(_ job: ClaimedJob, startedAt: Timestamp, progress: JobProgress?) {
        self.progress = progress
        lease = job.lease
        team = job.team
        attempt = job.attempt
        maxAttempts = job.maxAttempts
        self.startedAt = startedAt
    }

    /// To be called when a part of the work is saved: a job that gets on is not the one that ends the process.
    public func noteProgress() async throws { try await progress?.note() }
}
