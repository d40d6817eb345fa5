import DashModel
import DashStorage

/// Neighbouring parts of a pipeline that one delivery a lane can carry.
struct DeliveryStretch {
    let lanes: [BatchCommit.Lane]
    let persists: Bool
    let firstID: Int64
    let receivedAt: Timestamp
    private(set) var count = 0
    private(set) var bytes = 0
    private var records = RecordBytes()

    init(_ part: BatchCommit, firstID: Int64) {
        lanes = part.lanes
        persists = part.persists
        self.firstID = firstID
        receivedAt = part.batch.receivedAt
    }

    func takes(_ part: BatchCommit) -> Bool { part.lanes == lanes && part.persists == persists }

    mutating func append(_ part: BatchCommit) {
        count += part.batch.records.count
        bytes += part.batch.records.bytes.count
        if !persists, !lanes.isEmpty { records.append(part.batch.records) }
    }

    /// The records themselves when no row keeps them.
    var payload: [UInt8]? { persists ? nil : RecordFrame.encode(records) }
}
