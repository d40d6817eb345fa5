import DashJSON
import DashModel

/// A record as the live tail shows it.
struct TailRecord: Sendable {
    var id: Int64
    var ingestedAt: Timestamp
    /// Bytes of its own, so that a long list does not keep whole batches alive.
    var data: [UInt8]

    /// Longer records are cut in the tail; the record page has them whole.
    static let sizeLimit = 8 * 1_024

    init(id: Int64, ingestedAt: Timestamp, data: some Collection<UInt8>) {
        self.id = id
        self.ingestedAt = ingestedAt
        self.data = data.count > Self.sizeLimit ? Self.tooLong(data.count) : Array(data)
    }

    init(_ record: Record) { self.init(id: record.id, ingestedAt: record.ingestedAt, data: record.data) }

    /// The last records of a batch, at most `limit`.
    static func last(_ limit: Int, of committed: CommittedBatch) -> [TailRecord] {
        let records = committed.batch.records
        return (max(0, records.count - limit)..<records.count).map { index in
            TailRecord(
                id: committed.firstID + Int64(index),
                ingestedAt: committed.batch.receivedAt,
                data: records[index]
            )
        }
    }

    /// `{"records":[{"id","at","data"}],"skipped":n}`; records with numbers that a script rounds have their `text` as well.
    static func encode(_ records: [TailRecord], skipped: Int) -> [UInt8] {
        var writer = JSONWriter(reserving: records.reduce(64) { $0 + $1.data.count + 64 })
        writer.beginObject()
        writer.key("records")
        writer.beginArray()
        for record in records {
            writer.beginObject()
            writer.key("id")
            writer.int(record.id)
            writer.key("at")
            writer.string(record.ingestedAt.text)
            writer.key("data")
            writer.raw(record.data)
            if ScriptNumbers.mayRound(record.data) {
                writer.key("text")
                writer.string(String(decoding: record.data, as: UTF8.self))
            }
            writer.endObject()
        }
        writer.endArray()
        writer.key("skipped")
        writer.int(skipped)
        writer.endObject()
        return writer.bytes
    }

    private static func tooLong(_ count: Int) -> [UInt8] {
        let value: JSONValue = ["…": .string("\(count) bytes, too long for the live view")]
        return value.encoded()
    }
}
