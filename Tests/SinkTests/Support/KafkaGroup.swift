import CRdkafka
import DashModel

/// Asks a broker what a consumer group has committed.
final class KafkaGroup {
    private let client: OpaquePointer

    init(port: Int, group: String) throws {
        let configuration = rd_kafka_conf_new()
        for (key, value) in [("bootstrap.servers", "127.0.0.1:\(port)"), ("group.id", group)] {
            rd_kafka_conf_set(configuration, key, value, nil, 0)
        }
        rd_kafka_conf_set_log_cb(configuration, nil)
        guard let client = rd_kafka_new(RD_KAFKA_CONSUMER, configuration, nil, 0) else {
            throw DashError(.internal, "no client")
        }
        self.client = client
    }

    deinit { rd_kafka_destroy(client) }

    /// By partition, of the first four.
    func committed(in topic: String) -> [Int32: Int64] {
        let list = rd_kafka_topic_partition_list_new(4)
        defer { rd_kafka_topic_partition_list_destroy(list) }
        for partition in Int32(0)..<4 { rd_kafka_topic_partition_list_add(list, topic, partition) }
        guard rd_kafka_committed(client, list, 5_000) == RD_KAFKA_RESP_ERR_NO_ERROR, let list else { return [:] }
        let places = UnsafeBufferPointer(start: list.pointee.elems, count: Int(list.pointee.cnt))
        return Dictionary(uniqueKeysWithValues: places.filter { $0.offset >= 0 }.map { ($0.partition, $0.offset) })
    }
}
