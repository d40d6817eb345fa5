public import DashModel
public import FoundationEssentials

/// A quarantined record as it is stored.
public struct QuarantineRow: Sendable, Hashable {
    public var id: UUID
    public var receivedAt: Timestamp
    public var record: QuarantinedRecord
}
