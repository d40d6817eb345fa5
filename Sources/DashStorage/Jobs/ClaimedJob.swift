public import DashJSON
public import FoundationEssentials

/// A job that is a worker's to run until its lease ends.
public struct ClaimedJob: Sendable {
    public var lease: JobLease
    public var kind: String
    public var parameters: JSONValue
    public var team: UUID?
    /// 1 for the first try.
    public var attempt: Int
    public var maxAttempts: Int
    /// How many starts in a row, without progress, ended with the process.
    public var lostStarts: Int

    public init(
        lease: JobLease,
        kind: String,
        parameters: JSONValue,
        team: UUID?,
        attempt: Int,
        maxAttempts: Int,
        lostStarts: Int = 0
    ) {
        self.lease = lease
        self.kind = kind
        self.parameters = parameters
        self.team = team
        self.attempt = attempt
        self.maxAttempts = maxAttempts
        self.lostStarts = lostStarts
    }
}
