public import DashModel
public import FoundationEssentials

/// The outbox: deliveries inserted by `RecordStore.commit`, taken lane by lane, oldest first.
public protocol DeliveryStore: Sendable {
    /// Lanes with a delivery that is due.
    func dueLanes(now: Timestamp) async throws -> [BatchCommit.Lane]

    /// The oldest unsettled deliveries of a lane, in order, at most `limit`; empty when the oldest is not yet due.
    func nextDeliveries(of lane: BatchCommit.Lane, limit: Int, now: Timestamp) async throws -> [Delivery]

    /// Compare-and-set from unsettled to the outcome. False when it was settled already.
    @discardableResult
    func settle(_ deliveries: [UUID], as outcome: DeliveryOutcome, now: Timestamp) async throws -> Bool

    /// Unsettled deliveries and their bytes by lane of a pipeline, for the UI and the metrics.
    func backlog(of pipeline: UUID) async throws -> [LaneBacklog]

    /// Makes dead deliveries of a lane pending again; returns how many.
    func redrive(_ lane: BatchCommit.Lane, now: Timestamp) async throws -> Int

    /// Deletes settled deliveries older than `before`; returns how many, at most `limit`.
    func pruneDeliveries(before: Timestamp, limit: Int) async throws -> Int
}

public struct Delivery: Sendable, Hashable {
    public var id: UUID
    public var team: UUID
    public var pipeline: UUID
    public var lane: BatchCommit.Lane
    public var receivedAt: Timestamp
    public var firstID: Int64
    public var lastID: Int64
    public var attempts: Int
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
        self.records = records
    }
}

public enum DeliveryOutcome: Sendable, Hashable {
    case delivered
    /// Tried and failed; due again at the given time. Counts an attempt.
    case retry(at: Timestamp, reason: String)
    case dead(reason: String)
}

public struct LaneBacklog: Sendable, Hashable {
    public var lane: BatchCommit.Lane
    public var pending: Int
    public var dead: Int
    public var bytes: Int64
    public var oldestReceivedAt: Timestamp?
    public var lastError: String?

    public init(lane: BatchCommit.Lane, pending: Int, dead: Int, bytes: Int64, oldestReceivedAt: Timestamp?, lastError: String?) {
        self.lane = lane
        self.pending = pending
        self.dead = dead
        self.bytes = bytes
        self.oldestReceivedAt = oldestReceivedAt
        self.lastError = lastError
    }
}
