import CRdkafka
import DashModel
import Foundation
import Synchronization

/// Reads a topic's first partitions from their beginning, on a thread of its own.
final class KafkaReader: Sendable {
    private let values = Mutex<[String]>([])
    private let isStopped = Mutex(false)

    var all: [String] { values.withLock { $0 } }

    init(port: Int, topic: String) {
        Thread.detachNewThread {
            let configuration = rd_kafka_conf_new()
            for (key, value) in [("bootstrap.servers", "127.0.0.1:\(port)"), ("group.id", "test")] {
                rd_kafka_conf_set(configuration, key, value, nil, 0)
            }
            rd_kafka_conf_set_log_cb(configuration, nil)
            guard let client = rd_kafka_new(RD_KAFKA_CONSUMER, configuration, nil, 0) else { return }
            rd_kafka_poll_set_consumer(client)
            // As many as the broker makes by itself.
            let partitions = rd_kafka_topic_partition_list_new(4)
            for number in Int32(0)..<4 {
                let partition = rd_kafka_topic_partition_list_add(partitions, topic, number)
                partition?.pointee.offset = Int64(RD_KAFKA_OFFSET_BEGINNING)
            }
            rd_kafka_assign(client, partitions)
            rd_kafka_topic_partition_list_destroy(partitions)
            while !self.isStopped.withLock({ $0 }) {
                guard let message = rd_kafka_consumer_poll(client, 100) else { continue }
                if message.pointee.err == RD_KAFKA_RESP_ERR_NO_ERROR, let payload = message.pointee.payload {
                    let bytes = UnsafeRawBufferPointer(start: payload, count: message.pointee.len)
                    self.values.withLock { $0.append(String(decoding: bytes, as: UTF8.self)) }
                }
                rd_kafka_message_destroy(message)
            }
            rd_kafka_consumer_close(client)
            rd_kafka_destroy(client)
        }
    }

    func stop() { isStopped.withLock { $0 = true } }
}
