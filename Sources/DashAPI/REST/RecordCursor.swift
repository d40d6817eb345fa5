import DashModel
import DashStorage

/// Where a page of records ended, as clients hand it back.
enum RecordCursor {
    static func encode(_ record: Record) -> String {
        Base64URL.encode(Array("\(record.ingestedAt.microseconds):\(record.id)".utf8))
    }

    static func decode(_ text: String) -> RecordPosition? {
        guard let bytes = Base64URL.decode(text) else { return nil }
        let parts = String(decoding: bytes, as: UTF8.self).split(separator: ":")
        guard parts.count == 2, let time = Int64(parts[0]), let id = Int64(parts[1]) else { return nil }
        return RecordPosition(ingestedAt: Timestamp(microseconds: time), id: id)
    }
}
