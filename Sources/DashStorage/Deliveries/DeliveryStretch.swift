package import DashModel

/// Neighbouring parts of a pipeline that one delivery a lane can carry.
package struct DeliveryStretch {
    package let lanes: [BatchCommit.Lane]
    package let persists: Bool
    package let firstID: Int64
    package let receivedAt: Timestamp
    package private(set) var count = 0
    package private(set) var bytes = 0
    private var records = RecordBytes()

    package init(_ part: BatchCommit, firstID: Int64) {
        lanes = part.lanes
        persists = part.persists
        self.firstID = firstID
        receivedAt = part.batch.receivedAt
    }

    /// One receive time for all, so that the rows can be found by it.
    package func takes(_ part: BatchCommit) -> Bool {
        part.lanes == lanes && part.persists == persists && part.batch.receivedAt == receivedAt
    }

    package mutating func append(_ part: BatchCommit) {
        count += part.batch.records.count
        bytes += part.batch.records.bytes.count
        if !persists, !lanes.isEmpty { records.append(part.batch.records) }
    }

    /// The records themselves when no row keeps them.
    package var payload: [UInt8]? { persists ? nil : RecordFrame.encode(records) }
}
