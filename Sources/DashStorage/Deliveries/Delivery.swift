public import DashModel
public import FoundationEssentials

/// Records on their way through a lane.
public struct Delivery: Sendable, Hashable {
    public var id: UUID
    public var team: UUID
    public var pipeline: UUID
    public var lane: BatchCommit.Lane
    public var receivedAt: Timestamp
    public var firstID: Int64
    public var lastID: Int64
    public var attempts: Int
    /// How many starts in a row ended with the process.
    public var lostStarts: Int
    /// The records themselves, loaded for the caller whether they were kept as rows or in the delivery.
    public var records: RecordBytes

    public init(
        id: UUID,
        team: UUID,
        pipeline: UUID,
        lane: BatchCommit.Lane,
        receivedAt: Timestamp,
        firstID: Int64,
        lastID: Int64,
        attempts: Int,
        lostStarts: Int = 0,
        records: RecordBytes
    ) {
        self.id = id
        self.team = team
        self.pipeline = pipeline
        self.lane = lane
        self.receivedAt = receivedAt
        self.firstID = firstID
        self.lastID = lastID
        self.attempts = attempts
        self.lostStarts = lostStarts
        self.records = records
    }
}
