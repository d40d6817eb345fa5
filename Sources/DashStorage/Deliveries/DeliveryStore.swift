public import DashModel
public import FoundationEssentials

/// The outbox: deliveries inserted by `CommitStore.commit`, taken lane by lane, oldest first.
public protocol DeliveryStore: Sendable {
    /// Lanes with a delivery that is due.
    func dueLanes(now: Timestamp) async throws -> [BatchCommit.Lane]

    /// The oldest unsettled deliveries of a lane, in order, at most `limit`, and no further one once their records have
    /// `bytes`; empty when the oldest is not yet due.
    func next(of lane: BatchCommit.Lane, limit: Int, bytes: Int, now: Timestamp) async throws -> [DueDelivery]

    /// Notes that deliveries are about to be sent, which counts as a start that was lost until they are settled.
    func noteStart(of deliveries: [UUID]) async throws

    /// Compare-and-set from unsettled to the outcome. False when it was settled already.
    @discardableResult
    func settle(_ deliveries: [UUID], as outcome: DeliveryOutcome, now: Timestamp) async throws -> Bool

    /// Unsettled deliveries and their bytes by lane of a pipeline, for the UI and the metrics.
    func backlog(of pipeline: UUID) async throws -> [LaneBacklog]

    /// What is pending in all lanes together, for their limits.
    func loads() async throws -> [LaneLoad]

    /// Makes dead deliveries of a lane pending again; returns how many.
    func redrive(_ lane: BatchCommit.Lane, matching filter: DeadLetterFilter, now: Timestamp) async throws -> Int

    /// Deletes settled deliveries older than `before`; returns how many, at most `limit`.
    func prune(before: Timestamp, limit: Int) async throws -> Int
}

extension DeliveryStore {
    /// All dead deliveries of a lane.
    public func redrive(_ lane: BatchCommit.Lane, now: Timestamp) async throws -> Int {
        try await redrive(lane, matching: DeadLetterFilter(), now: now)
    }
}
