public import FoundationEssentials

/// The unit that travels: the records that one pipeline received at one moment.
public struct RecordBatch: Sendable, Hashable {
    public var team: UUID
    public var pipeline: UUID
    public var receivedAt: Timestamp
    public var records: RecordBytes

    public init(team: UUID, pipeline: UUID, receivedAt: Timestamp, records: RecordBytes) {
        self.team = team
        self.pipeline = pipeline
        self.receivedAt = receivedAt
        self.records = records
    }
}
