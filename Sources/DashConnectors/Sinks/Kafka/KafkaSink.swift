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
                ConfigField(
                    "brokers",
                    .string,
                    required: true,
                    help: "host:port, several separated by commas. Librdkafka 2.16 or newer is advised."
                ),
                ConfigField("topic", .string, required: true),
                ConfigField(
                    "key",
                    .string,
                    help: "The field whose value decides the partition. Empty: one partition, so that all records keep "
                        + "their order."
                ),
                ConfigField("compression", .choice(["none", "gzip", "snappy", "lz4", "zstd"]), default: "lz4"),
                ConfigField("tls", .boolean, default: false, label: "TLS"),
                ConfigField(
                    "sasl",
                    .choice(["none", "PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"]),
                    default: "none",
                    label: "sign-in"
                ),
                ConfigField("username", .string),
                ConfigField("password", .string, secret: true),
                ConfigField("timeout_seconds", .integer(1...300), default: 30),
            ],
            batching: SinkBatching(records: 10_000, bytes: 4 << 20),
            make: { try KafkaSink($0, egress: egress) }
        )
    }

    private let brokers: [(host: String, port: Int)]
    private let topic: String
    private let key: RecordField?
    private let settings: [(key: String, value: String)]
    private let patience: Duration
    private let egress: EgressGuard
    private let session = BlockingConnection<KafkaProducer>(label: "dash.sink.kafka")

    init(_ config: JSONValue, egress: EgressGuard) throws {
        var config = SinkConfig(config)
        let named = config.list("brokers")
        brokers = named.compactMap(Self.broker)
        if brokers.isEmpty || brokers.count != named.count {
            config.report("brokers", "must be host:port, several separated by commas")
        }
        topic = config.text("topic")
        let isName = (1...249).contains(topic.utf8.count) && topic != "." && topic != ".."
        if !isName || !topic.utf8.allSatisfy(Self.isTopicByte) {
            config.report("topic", "must be of letters, digits, dots, hyphens and underscores")
        }
        try config.check()
        key = config.text("key").isEmpty ? nil : RecordField(config.text("key"))
        let seconds = config.int("timeout_seconds", default: 30)
        patience = .seconds(seconds)
        let sasl = config.text("sasl", default: "none")
        var settings = [
            ("bootstrap.servers", named.joined(separator: ",")), ("client.id", "dash"), ("enable.idempotence", "true"),
            ("acks", "all"), ("linger.ms", "5"), ("compression.codec", config.text("compression", default: "lz4")),
            ("message.timeout.ms", String(seconds * 1_000)), ("topic.metadata.propagation.max.ms", "3000"),
            ("reconnect.backoff.max.ms", "1000"), ("log.connection.close", "false"), ("message.max.bytes", "10000000"),
            ("security.protocol", (sasl == "none" ? "" : "sasl_") + (config.bool("tls") ? "ssl" : "plaintext")),
        ]
        if sasl != "none" {
            settings += [
                ("sasl.mechanism", sasl), ("sasl.username", config.text("username")),
                ("sasl.password", config.secret("password")),
            ]
        }
        self.settings = settings.map { (key: $0.0, value: $0.1) }
        self.egress = egress
    }

    func send(_ delivery: Delivery) async throws { try await send([delivery]) }

    func send(_ deliveries: [Delivery]) async throws {
        let messages = try deliveries.flatMap(messages)
        let topic = topic
        try await connected { try $0.produce(messages, to: topic) }
    }

    func test() async throws {
        let topic = topic
        try await connected { try $0.look(for: topic) }
    }

    func close() async { await session.close() }

    private func connected(_ body: @Sendable (KafkaProducer) throws -> Void) async throws {
        for broker in brokers { _ = try await egress.address(of: broker.host, port: broker.port) }
        let (settings, patience, egress) = (settings, patience, egress)
        try await session.use {
            try KafkaProducer(settings, patience: patience, egress: KafkaEgress(egress))
        } _: {
            try body($0)
        }
    }

    private func messages(of delivery: Delivery) throws -> [KafkaProducer.Message] {
        try (0..<delivery.records.count).map { index in
            let record = Array(delivery.records[index])
            return KafkaProducer.Message(
                key: try self.key(of: record) ?? Array(delivery.pipeline.text.utf8),
                value: record,
                delivery: delivery.id.text,
                position: String(index)
            )
        }
    }

    private func key(of record: [UInt8]) throws -> [UInt8]? {
        guard let key else { return nil }
        do {
            return Array((key.value(in: try JSONValue(parsing: record)) ?? .null).plainText.utf8)
        } catch {
            throw DashError(.invalid, "A record is no JSON object.")
        }
    }

    private static func broker(_ text: String) -> (host: String, port: Int)? {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (1...65_535).contains(port), colon > text.startIndex, !text.contains("/")
        else { return nil }
        return (text[..<colon].filter { $0 != "[" && $0 != "]" }, port)
    }

    private static func isTopicByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
