public import DashModel
public import FoundationEssentials

/// Where a saved batch's records lie: between two ids, at the one time at which they came.
public struct BatchExtent: Sendable, Hashable {
    public var pipeline: UUID
    public var receivedAt: Timestamp
    public var ids: ClosedRange<Int64>

    public init(pipeline: UUID, receivedAt: Timestamp, ids: ClosedRange<Int64>) {
        self.pipeline = pipeline
        self.receivedAt = receivedAt
        self.ids = ids
    }
}
