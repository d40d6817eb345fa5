public import DashModel

/// What waits in a lane, and how its last tries went.
public struct LaneBacklog: Sendable, Hashable {
    public var lane: BatchCommit.Lane
    public var pending: Int
    public var dead: Int
    public var bytes: Int64
    public var oldestReceivedAt: Timestamp?
    /// How often the foremost delivery was tried in vain.
    public var attempts: Int
    /// When the foremost delivery is due; all behind it wait for it.
    public var nextAttemptAt: Timestamp?
    /// Of the foremost delivery, or of the newest dead letter where the lane flows.
    public var lastError: String?

    public init(
        lane: BatchCommit.Lane,
        pending: Int,
        dead: Int,
        bytes: Int64,
        oldestReceivedAt: Timestamp?,
        attempts: Int = 0,
        nextAttemptAt: Timestamp? = nil,
        lastError: String? = nil
    ) {
        self.lane = lane
        self.pending = pending
        self.dead = dead
        self.bytes = bytes
        self.oldestReceivedAt = oldestReceivedAt
        self.attempts = attempts
        self.nextAttemptAt = nextAttemptAt
        self.lastError = lastError
    }

    /// Whether nothing is sent until `nextAttemptAt`, as the receiver failed.
    public func isWaiting(at now: Timestamp) -> Bool { attempts > 0 && nextAttemptAt.map { $0 > now } ?? false }
}
