import CRdkafka
import DashModel
import Glibc

/// An idempotent producer of librdkafka, used from one thread: nothing is repeated or reordered within one connection.
final class KafkaProducer {
    struct Message: Sendable {
        /// nil spreads messages over the partitions.
        var key: [UInt8]?
        var value: [UInt8]
        var delivery: String
        var position: String
    }

    private let client: OpaquePointer
    private let events: OpaquePointer
    private let egress: KafkaEgress
    private let patience: Duration

    /// Throws `DashError` `.invalid` for a setting that librdkafka refuses. Connecting goes on in the background.
    init(_ settings: [(key: String, value: String)], patience: Duration, egress: KafkaEgress) throws {
        self.egress = egress
        self.patience = patience
        guard let configuration = rd_kafka_conf_new() else { throw DashError(.internal, "librdkafka has no memory.") }
        var reason = [CChar](repeating: 0, count: 512)
        for (key, value) in settings
        where rd_kafka_conf_set(configuration, key, value, &reason, reason.count) != RD_KAFKA_CONF_OK {
            rd_kafka_conf_destroy(configuration)
            throw DashError(.invalid, "The Kafka client refuses the setting \(key).")
        }
        egress.watch(configuration)
        // Its log would go to standard error; what matters comes back with each message.
        rd_kafka_conf_set_log_cb(configuration, nil)
        rd_kafka_conf_set_events(configuration, RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_ERROR)
        guard let client = rd_kafka_new(RD_KAFKA_PRODUCER, configuration, &reason, reason.count) else {
            rd_kafka_conf_destroy(configuration)
            throw DashError(.invalid, "The Kafka client could not be made: \(Self.text(reason)).")
        }
        guard let events = rd_kafka_queue_get_main(client) else {
            rd_kafka_destroy(client)
            throw DashError(.internal, "librdkafka has no memory.")
        }
        self.client = client
        self.events = events
    }

    deinit {
        // What is still under way is sent again by the next producer.
        rd_kafka_purge(client, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT)
        rd_kafka_queue_destroy(events)
        rd_kafka_destroy(client)
    }

    /// Returns when the brokers have acknowledged every message.
    func produce(_ messages: [Message], to topic: String) throws {
        let deadline = ContinuousClock.now + patience
        var reports = Reports()
        var sent = 0
        while sent < messages.count {
            let code = enqueue(messages[sent], topic)
            if code == RD_KAFKA_RESP_ERR_NO_ERROR {
                sent += 1
            } else if code == RD_KAFKA_RESP_ERR__QUEUE_FULL, ContinuousClock.now < deadline {
                collect(&reports, within: .milliseconds(50))
            } else {
                throw failure(code, reports)
            }
        }
        while reports.count < messages.count {
            let left = deadline - .now
            guard left > .zero, !reports.hasFailed else { break }
            collect(&reports, within: min(left, .milliseconds(200)))
        }
        if let code = reports.failure { throw failure(code, reports) }
        guard reports.count >= messages.count else { throw failure(RD_KAFKA_RESP_ERR__MSG_TIMED_OUT, reports) }
    }

    /// Asks a broker for the topic.
    func look(for topic: String) throws {
        guard let handle = rd_kafka_topic_new(client, topic, nil) else {
            throw failure(rd_kafka_last_error(), Reports())
        }
        defer { rd_kafka_topic_destroy(handle) }
        var found: UnsafePointer<rd_kafka_metadata>?
        let code = rd_kafka_metadata(client, 0, handle, &found, Int32(clamping: patience.components.seconds * 1_000))
        defer { rd_kafka_metadata_destroy(found) }
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
            var reports = Reports()
            collect(&reports, within: .zero)
            throw failure(code, reports)
        }
        guard let metadata = found?.pointee, metadata.topic_cnt > 0, let topic = metadata.topics?.pointee else {
            return
        }
        // A topic that does not exist yet may be made by the broker with the first message.
        guard topic.err != RD_KAFKA_RESP_ERR_NO_ERROR, topic.err != RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE else {
            return
        }
        throw failure(topic.err, Reports())
    }

    private struct Reports {
        var count = 0
        var failure: rd_kafka_resp_err_t?
        /// What the client last said about its connections.
        var lastError: String?
        var hasFailed: Bool { failure != nil }
    }

    private func enqueue(_ message: Message, _ topic: String) -> rd_kafka_resp_err_t {
        dash_kafka_produce(
            client,
            topic,
            message.key,
            message.key?.count ?? 0,
            message.value,
            message.value.count,
            message.delivery,
            message.position
        )
    }

    private func collect(_ reports: inout Reports, within wait: Duration) {
        let milliseconds = wait.components.seconds * 1_000 + wait.components.attoseconds / 1_000_000_000_000_000
        var event = rd_kafka_queue_poll(events, Int32(clamping: milliseconds))
        while let current = event {
            switch rd_kafka_event_type(current) {
            case RD_KAFKA_EVENT_DR:
                while let message = rd_kafka_event_message_next(current) {
                    reports.count += 1
                    let code = message.pointee.err
                    if code != RD_KAFKA_RESP_ERR_NO_ERROR, reports.failure == nil { reports.failure = code }
                }
            case RD_KAFKA_EVENT_ERROR:
                reports.lastError = rd_kafka_event_error_string(current).map { String(cString: $0) }
            default: break
            }
            rd_kafka_event_destroy(current)
            event = rd_kafka_queue_poll(events, 0)
        }
    }

    private func failure(_ code: rd_kafka_resp_err_t, _ reports: Reports) -> any Error {
        if let refusal = egress.refusal { return refusal }
        let name = rd_kafka_err2str(code).map { String(cString: $0) } ?? "unknown"
        switch code {
        case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, RD_KAFKA_RESP_ERR_INVALID_MSG, RD_KAFKA_RESP_ERR_INVALID_RECORD:
            return DashError(.invalid, "Kafka refused a record: \(name).")
        default:
            let detail = reports.lastError.map { " (\($0.prefix(200)))" } ?? ""
            return DashError(.unavailable, "Kafka did not take the records: \(name)\(detail).")
        }
    }

    private static func text(_ buffer: [CChar]) -> String {
        String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
