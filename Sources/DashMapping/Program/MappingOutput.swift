public import DashModel

/// What became of a batch. A source record is mapped whole or refused whole, so the count always balances:
/// `received + surplus == records.count + refused.count`.
public struct MappingOutput: Sendable, Hashable {
    public var records: RecordBytes
    public var refused: [RefusedRecord]
    /// Source records.
    public var received: Int
    /// Source records that did not fit the schema, whatever became of them.
    public var misfits: Int
    /// The first of those that were not refused, compact.
    public var misfitSamples: [[UInt8]]
    /// Records beyond one for each mapped source record, made by `explode`.
    public var surplus: Int { records.count + refused.count - received }

    public init(records: RecordBytes, refused: [RefusedRecord] = [], received: Int) {
        misfits = 0
        misfitSamples = []
        self.records = records
        self.refused = refused
        self.received = received
    }
}
