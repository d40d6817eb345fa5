public import DashModel

/// Where a keyset page of records starts.
public struct RecordPosition: Sendable, Hashable {
    public var ingestedAt: Timestamp
    public var id: Int64

    public init(ingestedAt: Timestamp, id: Int64) {
        self.ingestedAt = ingestedAt
        self.id = id
    }
}
