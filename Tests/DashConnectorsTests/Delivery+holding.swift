import DashModel
import DashStorage
import FoundationEssentials

extension Delivery {
    /// A delivery of some records to a sink, of nobody in particular.
    static func holding(_ texts: [[UInt8]]) -> Delivery {
        var records = RecordBytes()
        for text in texts { records.append(text) }
        return Delivery(
            id: UUID(),
            team: UUID(),
            pipeline: UUID(),
            lane: .sink(UUID()),
            receivedAt: .epoch,
            firstID: 1,
            lastID: Int64(texts.count),
            attempts: 0,
            records: records
        )
    }
}
