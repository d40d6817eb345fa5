import DashModel
import Foundation

/// Rows of `pipeline_data` as tuples of COPY's binary format: id, pipeline, team, data, time.
struct CopyGroup: Sendable {
    private(set) var bytes: [UInt8] = []
    /// Where each tuple starts.
    private var starts: [Int] = []

    var count: Int { starts.count }

    mutating func append(_ records: RecordBytes, pipeline: UUID, team: UUID) {
        for index in 0..<records.count {
            let record = records[index]
            starts.append(bytes.count)
            put(Int16(5))
            put(Int32(8))
            put(Int64(0))
            for id in [pipeline, team] {
                put(Int32(16))
                withUnsafeBytes(of: id.uuid) { bytes.append(contentsOf: $0) }
            }
            put(Int32(record.count + 1))
            bytes.append(1)
            bytes.append(contentsOf: record)
            put(Int32(8))
            put(Int64(0))
        }
    }

    /// Gives each row an id and a time.
    mutating func stamp(firstID: Int64, time: (Int) -> Timestamp) {
        let starts = starts
        let end = bytes.count
        bytes.withUnsafeMutableBytes { raw in
            for (index, start) in starts.enumerated() {
                let next = index + 1 < starts.count ? starts[index + 1] : end
                raw.storeBytes(of: (firstID + Int64(index)).bigEndian, toByteOffset: start + 6, as: Int64.self)
                let ticks = time(index).microseconds - Self.epoch
                raw.storeBytes(of: ticks.bigEndian, toByteOffset: next - 8, as: Int64.self)
            }
        }
    }

    /// Gives each row a pipeline, in turns.
    mutating func deal(to pipelines: [UUID]) {
        let starts = starts
        bytes.withUnsafeMutableBytes { raw in
            for (index, start) in starts.enumerated() {
                raw.storeBytes(of: pipelines[index % pipelines.count].uuid, toByteOffset: start + 18, as: uuid_t.self)
            }
        }
    }

    /// PostgreSQL counts microseconds from 2000-01-01.
    private static let epoch: Int64 = 946_684_800_000_000

    private mutating func put(_ number: some FixedWidthInteger) {
        withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
    }
}
