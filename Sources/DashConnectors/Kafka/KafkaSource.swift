import DashJSON
import DashMapping
import DashModel
import DashPipeline
import Logging

/// Reads topics of Kafka, batch by batch: the offsets are the cursor, committed in the transaction of the rows.
struct KafkaSource: Source {
    static func kind(egress: EgressGuard, consumers: KafkaConsumers = KafkaConsumers()) -> SourceKind {
        SourceKind(
            name: "kafka",
            title: "Kafka topic",
            summary: "Reads the messages of topics, each exactly once.",
            pipelineType: "polling",
            fields: [
                KafkaAccess.brokersField,
                ConfigField("topic", .string, required: true, help: "Several are separated by commas."),
                ConfigField(
                    "group",
                    .string,
                    help: "The consumer group under which brokers show how far Dash has read. Empty: dash- and the "
                        + "pipeline's id."
                ),
                ConfigField(
                    "start",
                    .choice(["earliest", "latest"]),
                    default: "earliest",
                    help: "Where a topic is begun; also where reading goes on when retention took what comes next."
                ),
                ConfigField(
                    "records",
                    .jsonPath,
                    help: "Where the records are in a message, as JSONPath: $.items[*]. Empty: the message is one, or "
                        + "each of its lines."
                ),
                ConfigField(
                    "metadata",
                    .string,
                    help: "The field that gets each message's topic, partition, offset, timestamp, key and headers. "
                        + "Empty: none."
                ),
                ConfigField(
                    "max_records",
                    .integer(1...100_000),
                    default: 10_000,
                    help: "Messages a run; after a full one the next follows at once."
                ),
                ConfigField(
                    "max_bytes",
                    .integer(1_000...ScanLimits.maxBytes),
                    default: .number(JSONNumber(ScanLimits.maxBytes)),
                    help: "Bytes a run."
                ),
                ConfigField(
                    "max_wait_seconds",
                    .integer(0...60),
                    default: 2,
                    help: "How long a run waits for the first message."
                ),
            ] + KafkaAccess.signInFields,
            make: { try KafkaSource($0, egress: egress, consumers: consumers) }
        )
    }

    private let config: JSONValue
    private let access: KafkaAccess
    private let group: String
    private let plan: KafkaConsumer.Plan
    private let limits: KafkaConsumer.Limits
    private let egress: EgressGuard
    private let consumers: KafkaConsumers
    private let logger = Logger(label: "dash.source.kafka")

    /// Throws `DashError` `.invalid` with an issue for each setting that is wrong.
    init(_ config: JSONValue, egress: EgressGuard, consumers: KafkaConsumers) throws {
        self.config = config
        self.egress = egress
        self.consumers = consumers
        var settings = SinkConfig(config, at: "/source_config")
        access = KafkaAccess(&settings)
        let topics = settings.list("topic")
        if topics.isEmpty || !topics.allSatisfy(KafkaAccess.isTopic) {
            settings.report("topic", KafkaAccess.topicRule + "; several are separated by commas")
        }
        group = settings.text("group")
        try settings.check()
        let records = settings.text("records")
        let metadata = settings.text("metadata")
        plan = KafkaConsumer.Plan(
            topics: Set(topics).sorted(),
            startsLate: settings.text("start") == "latest",
            lines: KafkaLines(
                path: records.isEmpty ? nil : try JSONPath(records),
                metadata: metadata.isEmpty ? nil : metadata
            )
        )
        limits = KafkaConsumer.Limits(
            records: settings.int("max_records", default: 10_000),
            bytes: settings.int("max_bytes", default: ScanLimits.maxBytes),
            wait: .seconds(settings.int("max_wait_seconds", default: 2))
        )
    }

    func fetch(_ request: FetchRequest) async throws -> FetchedBody {
        let origin = EgressOrigin(request)
        let session = await consumers.session(of: request.pipeline, config)
        if await !session.isOpen {
            for broker in access.brokers {
                _ = try await egress.address(of: broker.host, port: broker.port, for: origin)
            }
        }
        let group = group.isEmpty ? "dash-" + request.pipeline.text : group
        let settings = settings(group: group)
        let (patience, egress, plan, limits) = (access.patience, egress, plan, limits)
        var logger = logger
        logger[metadataKey: "pipeline"] = "\(request.pipeline.text)"
        let log = logger
        let saved = KafkaOffsets(saved: request.cursor)
        let batch = try await session.use(isUsable: { !$0.isSpent }) {
            let egress = KafkaEgress(egress, for: origin)
            return KafkaConsumer(try KafkaClient(settings, patience: patience, egress: egress), plan, logger: log)
        } _: {
            try $0.batch(after: saved, limits)
        }
        return FetchedBody(
            bytes: batch.bytes,
            recordsPath: "$",
            framing: .lines,
            cursor: batch.offsets.json,
            hasMore: batch.isFull
        )
    }

    private func settings(group: String) -> [(key: String, value: String)] {
        // Librdkafka wants a little more time for an answer than a broker may wait for messages.
        let patience = max(access.patience.components.seconds, 2) * 1_000
        return access.settings + [
            ("group.id", group), ("enable.auto.commit", "false"), ("enable.auto.offset.store", "false"),
            ("auto.offset.reset", "error"), ("allow.auto.create.topics", "false"),
            ("isolation.level", "read_committed"), ("socket.timeout.ms", String(patience)),
            ("fetch.wait.max.ms", "500"), ("fetch.error.backoff.ms", "200"),
            // Dash joins no group; so long a commit waits for a coordinator that is away.
            ("session.timeout.ms", "6000"),
            // What is fetched ahead between two runs.
            ("queued.max.messages.kbytes", "16384"), ("fetch.max.bytes", "16777216"),
        ]
    }
}
