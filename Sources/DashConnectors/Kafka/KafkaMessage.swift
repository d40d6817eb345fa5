import CRdkafka

/// One message of a partition, out of librdkafka's memory.
struct KafkaMessage: Sendable {
    var topic: String
    var partition: Int32
    var offset: Int64
    /// Milliseconds since 1970; nil: the broker knows none.
    var time: Int64?
    var key: [UInt8]?
    /// nil: a tombstone.
    var value: [UInt8]?
    var headers: [(name: String, value: [UInt8]?)] = []

    init(topic: String, partition: Int32, offset: Int64, value: [UInt8]?) {
        self.topic = topic
        self.partition = partition
        self.offset = offset
        self.value = value
    }

    /// `withMetadata`: more than the value is wanted.
    init(_ message: UnsafePointer<rd_kafka_message_t>, topic: String, withMetadata: Bool) {
        let raw = message.pointee
        self.init(
            topic: topic,
            partition: raw.partition,
            offset: raw.offset,
            value: Self.bytes(raw.payload, raw.len)
        )
        guard withMetadata else { return }
        key = Self.bytes(raw.key, raw.key_len)
        var kind = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE
        let time = rd_kafka_message_timestamp(message, &kind)
        self.time = kind == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE || time < 0 ? nil : time
        var list: OpaquePointer?
        guard rd_kafka_message_headers(message, &list) == RD_KAFKA_RESP_ERR_NO_ERROR, let list else { return }
        var (name, value, size): (UnsafePointer<CChar>?, UnsafeRawPointer?, Int) = (nil, nil, 0)
        while rd_kafka_header_get_all(list, headers.count, &name, &value, &size) == RD_KAFKA_RESP_ERR_NO_ERROR {
            headers.append((name.map { String(cString: $0) } ?? "", Self.bytes(value, size)))
        }
    }

    private static func bytes(_ start: UnsafeRawPointer?, _ count: Int) -> [UInt8]? {
        start.map { Array(UnsafeRawBufferPointer(start: $0, count: count)) }
    }
}
