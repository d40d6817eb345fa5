public import DashModel

/// What became of a batch. A source record is mapped whole or refused whole, so the count always balances:
/// `received + surplus == records.count + filtered + refused.count`.
public struct MappingOutput: Sendable, Hashable {
    public var records: RecordBytes
    public var refused: [RefusedRecord]
    /// Records that a filter has dropped.
    public var filtered: Int
    /// Source records.
    public var received: Int
    /// Records beyond one for each mapped source record, made by `explode`.
    public var surplus: Int { records.count + filtered + refused.count - received }

    public init(records: RecordBytes, refused: [RefusedRecord] = [], filtered: Int = 0, received: Int) {
        self.records = records
        self.refused = refused
        self.filtered = filtered
        self.received = received
    }
}
