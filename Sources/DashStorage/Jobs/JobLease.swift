public import FoundationEssentials

/// The right to settle a job: lost when it runs out and another worker claims the job.
public struct JobLease: Sendable, Hashable {
    public var job: UUID
    public var token: UUID

    public init(job: UUID, token: UUID) {
        self.job = job
        self.token = token
    }
}
