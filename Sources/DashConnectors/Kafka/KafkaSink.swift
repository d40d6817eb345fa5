import DashJSON
import DashModel
import DashPipeline
import DashStorage

/// Produces each record as one message, acknowledged by all replicas in sync. The headers `dash-delivery` and
/// `dash-position` let a consumer drop what comes again after a failure.
final class KafkaSink: Sink {
    static func kind(egress: EgressGuard) -> SinkKind {
        SinkKind(
            name: "kafka",
            title: "Kafka topic",
            summary: "Produces the records to a topic, idempotently and acknowledged by all replicas.",
            fields: [
                KafkaAccess.brokersField,
                ConfigField("topic", .string, required: true),
                ConfigField(
                    "key",
                    .string,
                    help: "The field whose value decides the partition, as any Kafka client does (murmur2); a record "
                        + "without it has no key. Empty: one partition, so that all records keep their order."
                ),
                ConfigField("compression", .choice(["none", "gzip", "snappy", "lz4", "zstd"]), default: "lz4"),
            ] + KafkaAccess.signInFields,
            batching: SinkBatching(records: 10_000, bytes: 4 << 20),
            make: { try KafkaSink($0, egress: egress) }
        )
    }

    private let access: KafkaAccess
    private let topic: String
    private let key: RecordField?
    private let settings: [(key: String, value: String)]
    private let egress: EgressGuard
    private let session = BlockingConnection<KafkaProducer>(label: "dash.sink.kafka")

    init(_ config: JSONValue, egress: EgressGuard) throws {
        var config = SinkConfig(config)
        access = KafkaAccess(&config)
        topic = config.text("topic")
        if !KafkaAccess.isTopic(topic) { config.report("topic", KafkaAccess.topicRule) }
        try config.check()
        key = config.text("key").isEmpty ? nil : RecordField(config.text("key"))
        let milliseconds = String(access.patience.components.seconds * 1_000)
        settings =
            access.settings + [
                ("enable.idempotence", "true"), ("acks", "all"), ("linger.ms", "5"),
                // As Java's producer does, so that equal keys of several producers meet in one partition.
                ("partitioner", "murmur2_random"),
                ("compression.codec", config.text("compression", default: "lz4")),
                ("message.timeout.ms", milliseconds), ("topic.metadata.propagation.max.ms", "3000"),
                ("message.max.bytes", "10000000"),
            ]
        self.egress = egress
    }

    func send(_ delivery: Delivery) async throws { try await send([delivery]) }

    func send(_ deliveries: [Delivery]) async throws {
        let messages = try deliveries.flatMap(messages)
        let topic = topic
        try await connected(deliveries.first.map { EgressOrigin($0) }) { try $0.produce(messages, to: topic) }
    }

    func test(for origin: EgressOrigin) async throws {
        let topic = topic
        try await connected(origin) { try $0.look(for: topic) }
    }

    func close() async { await session.close() }

    private func connected(
        _ origin: EgressOrigin?,
        _ body: @Sendable (KafkaProducer) throws -> Void
    ) async throws {
        for broker in access.brokers {
            _ = try await egress.address(of: broker.host, port: broker.port, for: origin)
        }
        let (settings, patience, egress) = (settings, access.patience, egress)
        try await session.use {
            try KafkaProducer(settings, patience: patience, egress: KafkaEgress(egress, for: origin))
        } _: {
            try body($0)
        }
    }

    private func messages(of delivery: Delivery) throws -> [KafkaProducer.Message] {
        try (0..<delivery.records.count).map { index in
            let record = Array(delivery.records[index])
            return KafkaProducer.Message(
                key: try key.map { try Self.key($0, of: record) } ?? Array(delivery.pipeline.text.utf8),
                value: record,
                delivery: delivery.id.text,
                position: String(index)
            )
        }
    }

    private static func key(_ field: RecordField, of record: [UInt8]) throws -> [UInt8]? {
        do {
            guard let value = field.value(in: try JSONValue(parsing: record)), !value.isNull else { return nil }
            return Array(value.plainText.utf8)
        } catch {
            throw DashError(.invalid, "A record is no JSON object.")
        }
    }
}
