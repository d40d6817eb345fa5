public import DashModel

/// What waits in a lane.
public struct LaneBacklog: Sendable, Hashable {
    public var lane: BatchCommit.Lane
    public var pending: Int
    public var dead: Int
    public var bytes: Int64
    public var oldestReceivedAt: Timestamp?
    public var lastError: String?

    public init(
        lane: BatchCommit.Lane,
        pending: Int,
        dead: Int,
        bytes: Int64,
        oldestReceivedAt: Timestamp?,
        lastError: String?
    ) {
        self.lane = lane
        self.pending = pending
        self.dead = dead
        self.bytes = bytes
        self.oldestReceivedAt = oldestReceivedAt
        self.lastError = lastError
    }
}
