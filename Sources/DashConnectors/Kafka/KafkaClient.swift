import CRdkafka
import DashModel

/// A consumer of librdkafka with its queues and what it asks brokers; used from one thread.
final class KafkaClient {
    enum Event {
        case message(UnsafePointer<rd_kafka_message_t>)
        /// The place of a partition of the topic is not there any more.
        case outOfRange(topic: String)
        case failure(rd_kafka_resp_err_t, topic: String?)
    }

    /// How long the client is waited for before it is asked whether waiting is still worth it.
    private static let slice = Duration.milliseconds(500)

    private let client: OpaquePointer
    private let fetched: OpaquePointer
    private let events: OpaquePointer
    private let egress: KafkaEgress
    private let patience: Duration
    private var names: [OpaquePointer: String] = [:]
    /// What the client last said about its connections.
    private var lastError: String?
    private var refusal: rd_kafka_resp_err_t?

    /// Throws `DashError` `.invalid` for a setting that librdkafka refuses. Connecting goes on in the background.
    init(_ settings: [(key: String, value: String)], patience: Duration, egress: KafkaEgress) throws {
        self.egress = egress
        self.patience = patience
        let memory = DashError(.internal, "librdkafka has no memory.")
        guard let configuration = rd_kafka_conf_new() else { throw memory }
        var reason = [CChar](repeating: 0, count: 512)
        for (key, value) in settings
        where rd_kafka_conf_set(configuration, key, value, &reason, reason.count) != RD_KAFKA_CONF_OK {
            rd_kafka_conf_destroy(configuration)
            throw DashError(.invalid, "The Kafka client refuses the setting \(key).")
        }
        egress.watch(configuration)
        rd_kafka_conf_set_log_cb(configuration, nil)
        rd_kafka_conf_set_events(configuration, RD_KAFKA_EVENT_ERROR)
        guard let client = rd_kafka_new(RD_KAFKA_CONSUMER, configuration, &reason, reason.count) else {
            rd_kafka_conf_destroy(configuration)
            let text = String(decoding: reason.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            throw DashError(.invalid, "The Kafka client could not be made: \(text).")
        }
        guard let events = rd_kafka_queue_get_main(client) else {
            rd_kafka_destroy(client)
            throw memory
        }
        guard let fetched = rd_kafka_queue_get_consumer(client) else {
            rd_kafka_queue_destroy(events)
            rd_kafka_destroy(client)
            throw memory
        }
        self.client = client
        self.events = events
        self.fetched = fetched
    }

    deinit {
        rd_kafka_assign(client, nil)
        rd_kafka_queue_destroy(fetched)
        rd_kafka_queue_destroy(events)
        // It joined no group that it would have to leave.
        rd_kafka_destroy_flags(client, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE)
    }

    /// The next message or problem within the time; the message is lent to `body`. False: there is none.
    func next(within wait: Duration, _ body: (Event) throws -> Void) throws -> Bool {
        try listen()
        let milliseconds = Self.milliseconds(max(wait, .zero))
        guard let event = rd_kafka_queue_poll(fetched, milliseconds) else { return false }
        defer { rd_kafka_event_destroy(event) }
        switch rd_kafka_event_type(event) {
        case RD_KAFKA_EVENT_FETCH:
            while let message = rd_kafka_event_message_next(event) {
                let code = message.pointee.err
                try body(code == RD_KAFKA_RESP_ERR_NO_ERROR ? .message(message) : .failure(code, topic: nil))
            }
        case RD_KAFKA_EVENT_ERROR:
            let code = rd_kafka_event_error(event)
            let place = rd_kafka_event_topic_partition(event)
            defer { if let place { rd_kafka_topic_partition_destroy(place) } }
            let topic = place?.pointee.topic.map { String(cString: $0) }
            let isLost = code == RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET || code == RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE
            if isLost, let topic {
                try body(.outOfRange(topic: topic))
            } else if KafkaProblem.isConnection(code) {
                note(code, event)
            } else if code != RD_KAFKA_RESP_ERR__PARTITION_EOF {
                try body(.failure(code, topic: topic))
            }
        default: break
        }
        return true
    }

    func topic(of message: UnsafePointer<rd_kafka_message_t>) -> String {
        guard let handle = message.pointee.rkt else { return "" }
        if let name = names[handle] { return name }
        let name = rd_kafka_topic_name(handle).map { String(cString: $0) } ?? ""
        names[handle] = name
        return name
    }

    /// The cluster's own name, once a broker has told it.
    var cluster: String? {
        guard let text = rd_kafka_clusterid(client, 0) else { return nil }
        defer { rd_kafka_mem_free(client, text) }
        return String(cString: text)
    }

    /// Throws `DashError`, naming the topic when there is none of this name.
    func partitions(of topic: String) throws -> [Int32] {
        guard let handle = rd_kafka_topic_new(client, topic, nil) else {
            throw failure(rd_kafka_last_error(), topic)
        }
        defer { rd_kafka_topic_destroy(handle) }
        return try asking(topic) { wait in
            var found: UnsafePointer<rd_kafka_metadata>?
            let code = rd_kafka_metadata(client, 0, handle, &found, wait)
            guard code == RD_KAFKA_RESP_ERR_NO_ERROR, let metadata = found?.pointee else { return .failure(code) }
            defer { rd_kafka_metadata_destroy(found) }
            guard metadata.topic_cnt > 0, let topic = metadata.topics?.pointee else {
                return .failure(RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART)
            }
            guard topic.err == RD_KAFKA_RESP_ERR_NO_ERROR else { return .failure(topic.err) }
            return .success(UnsafeBufferPointer(start: topic.partitions, count: Int(topic.partition_cnt)).map(\.id))
        }
    }

    /// The first offset that is kept, and the one behind the last.
    func bounds(of topic: String, _ partition: Int32) throws -> (first: Int64, end: Int64) {
        try asking(topic) { wait in
            var (first, end): (Int64, Int64) = (0, 0)
            let code = rd_kafka_query_watermark_offsets(client, topic, partition, &first, &end, wait)
            return code == RD_KAFKA_RESP_ERR_NO_ERROR ? .success((first, end)) : .failure(code)
        }
    }

    /// Reads these partitions and no others, from these places; what had come of others is dropped.
    func assign(_ places: [(topic: String, partition: Int32, offset: Int64)]) throws {
        let list = rd_kafka_topic_partition_list_new(Int32(clamping: places.count))
        defer { rd_kafka_topic_partition_list_destroy(list) }
        for place in places {
            rd_kafka_topic_partition_list_add(list, place.topic, place.partition)?.pointee.offset = place.offset
        }
        let code = rd_kafka_assign(client, list)
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else { throw failure(code, nil) }
    }

    /// Tells the group's coordinator, in the background: nothing depends on it but what others see.
    func commit(_ offsets: KafkaOffsets) {
        let list = rd_kafka_topic_partition_list_new(8)
        defer { rd_kafka_topic_partition_list_destroy(list) }
        for (topic, partitions) in offsets.topics {
            for (partition, offset) in partitions {
                rd_kafka_topic_partition_list_add(list, topic, partition)?.pointee.offset = offset
            }
        }
        rd_kafka_commit(client, list, 1)
    }

    func failure(_ code: rd_kafka_resp_err_t, _ topic: String?) -> any Error {
        egress.refusal ?? KafkaProblem.of(code, topic: topic, detail: lastError)
    }

    private enum Answer<Value> {
        case success(Value)
        case failure(rd_kafka_resp_err_t)
    }

    private func asking<Value>(_ topic: String, _ ask: (_ milliseconds: Int32) -> Answer<Value>) throws -> Value {
        let deadline = ContinuousClock.now + patience
        while true {
            switch ask(Self.milliseconds(Self.slice)) {
            case .success(let value): return value
            case .failure(let code):
                // An answer that tells nothing of the connection may come too quickly to be asked for again at once.
                try listen(within: .milliseconds(50))
                let canWait = KafkaProblem.isConnection(code) && egress.refusal == nil
                guard canWait, ContinuousClock.now < deadline else { throw failure(code, topic) }
                try Task.checkCancellation()
            }
        }
    }

    /// Takes what the client says of itself. Throws when it was refused.
    private func listen(within wait: Duration = .zero) throws {
        var event = rd_kafka_queue_poll(events, Self.milliseconds(wait))
        while let current = event {
            if rd_kafka_event_type(current) == RD_KAFKA_EVENT_ERROR { note(rd_kafka_event_error(current), current) }
            rd_kafka_event_destroy(current)
            event = rd_kafka_queue_poll(events, 0)
        }
        if let code = refusal { throw failure(code, nil) }
    }

    private func note(_ code: rd_kafka_resp_err_t, _ event: OpaquePointer) {
        // What was said before tells more.
        if code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, lastError != nil { return }
        if code == RD_KAFKA_RESP_ERR__AUTHENTICATION { refusal = code }
        lastError = rd_kafka_event_error_string(event).map { String(cString: $0) }
    }

    private static func milliseconds(_ duration: Duration) -> Int32 {
        let (seconds, attoseconds) = duration.components
        return Int32(clamping: seconds * 1_000 + attoseconds / 1_000_000_000_000_000)
    }
}
