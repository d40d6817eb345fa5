/// A batch whose records are durable, as the cache, the viewers and the next pipelines get it.
public struct CommittedBatch: Sendable, Hashable {
    public var batch: RecordBatch
    /// The row id of the first record; ids rise by one. For a pipeline that stores no rows, a number of the node's own.
    public var firstID: Int64
    /// Whether the records have rows, which other nodes see as well.
    public var isStored: Bool

    public init(batch: RecordBatch, firstID: Int64, isStored: Bool = true) {
        self.batch = batch
        self.firstID = firstID
        self.isStored = isStored
    }

    public var lastID: Int64 { firstID + Int64(batch.records.count) - 1 }
}
