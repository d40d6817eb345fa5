import DashJSON
import DashModel
import DashPipeline
import DashStorage

/// Publishes each record as one message, in order; a repeat after a failure publishes again.
final class MQTTSink: Sink {
    static func kind(egress: EgressGuard) -> SinkKind {
        SinkKind(
            name: "mqtt",
            title: "MQTT broker",
            summary: "Publishes each record as a message.",
            fields: [
                ConfigField("host", .string, required: true, place: true),
                ConfigField("port", .integer(1...65_535), place: true, default: 1_883, help: "Usually 8883 with TLS."),
                ConfigField("tls", .boolean, place: true, default: false, label: "TLS"),
                ConfigField("client_id", .string, label: "client id", help: "Empty: a new one for each connection."),
                ConfigField("username", .string),
                ConfigField("password", .string, secret: true),
                ConfigField("topic", .string, required: true, help: "May hold fields: site/{{site}}/temperature."),
                ConfigField(
                    "payload",
                    .text,
                    help: "Empty: the record as JSON. Otherwise a text with fields: {{reading.value}}."
                ),
                ConfigField(
                    "quality",
                    .integer(0...2),
                    default: 1,
                    label: "quality of service",
                    help: "0 may lose messages."
                ),
                ConfigField("retain", .boolean, default: false),
                ConfigField("timeout_seconds", .integer(1...300), default: 10),
            ],
            batching: SinkBatching(records: 1_000, bytes: 1 << 20),
            make: { try MQTTSink($0, egress: egress) }
        )
    }

    private let host: String
    private let port: Int
    private let login: MQTTConnection.Login
    private let topic: RecordTemplate
    private let payload: RecordTemplate?
    private let quality: Int
    private let isRetained: Bool
    private let patience: Duration
    private let egress: EgressGuard
    private let session = BlockingConnection<MQTTConnection>(label: "dash.sink.mqtt")

    init(_ config: JSONValue, egress: EgressGuard) throws {
        var config = SinkConfig(config)
        host = config.host()
        let topic = config.text("topic")
        self.topic = RecordTemplate(topic)
        if self.topic.isConstant, !Self.isTopic(topic) {
            config.report("topic", "must be a topic without the wildcards + and #")
        }
        try config.check()
        port = config.int("port", default: 1_883)
        login = MQTTConnection.Login(
            clientID: config.text("client_id"),
            username: config.text("username"),
            password: config.secret("password"),
            tlsHost: config.bool("tls") ? host : nil
        )
        payload = config.text("payload").isEmpty ? nil : RecordTemplate(config.secret("payload"))
        quality = config.int("quality", default: 1)
        isRetained = config.bool("retain")
        patience = .seconds(config.int("timeout_seconds", default: 10))
        self.egress = egress
    }

    func send(_ delivery: Delivery) async throws { try await send([delivery]) }

    func send(_ deliveries: [Delivery]) async throws {
        let messages = try deliveries.flatMap(messages)
        let (quality, isRetained) = (quality, isRetained)
        try await connected(deliveries.first.map { EgressOrigin($0) }) {
            try $0.publish(messages, quality: quality, isRetained: isRetained)
        }
    }

    func test(for origin: EgressOrigin) async throws {
        try await connected(origin) { try $0.publish([], quality: 0, isRetained: false) }
    }

    func close() async { await session.close() }

    private func connected(
        _ origin: EgressOrigin?,
        _ body: @Sendable (MQTTConnection) throws -> Void
    ) async throws {
        let address = try await egress.address(of: host, port: port, for: origin)
        let server = ServerName(host: host, port: port, address: address)
        let (login, patience) = (login, patience)
        try await session.use(isUsable: { !$0.isStale }) {
            try MQTTConnection(server: server, login: login, patience: patience)
        } _: {
            try body($0)
        }
    }

    private func messages(of delivery: Delivery) throws -> [MQTTConnection.Message] {
        let facts = ["$delivery": delivery.id.text, "$pipeline": delivery.pipeline.text, "$count": "1"]
        var room = Self.payloadRoom.bytes + delivery.records.bytes.count * Self.payloadRoom.times
        return try (0..<delivery.records.count).map { index in
            let bytes = Array(delivery.records[index])
            let needsTree = payload != nil || !topic.isConstant
            var record = JSONValue.null
            if needsTree {
                do { record = try JSONValue(parsing: bytes) } catch {
                    throw DashError(.invalid, "A record is no JSON object.")
                }
            }
            let topic = topic.text(for: record, facts: facts, limit: Self.topicLimit)
            guard let topic, Self.isTopic(topic) else {
                throw DashError(
                    .invalid,
                    "A record's fields make no MQTT topic: it would be empty, too long or hold + or #."
                )
            }
            guard let payload else { return MQTTConnection.Message(topic: topic, payload: bytes) }
            guard let text = payload.text(for: record, facts: facts, limit: room) else {
                throw DashError(.invalid, "The payload's template makes more of the records than fits into memory.")
            }
            room -= text.utf8.count
            return MQTTConnection.Message(topic: topic, payload: Array(text.utf8))
        }
    }

    private static let topicLimit = 65_535
    /// What the payloads of a delivery may take together, and so many times its size.
    private static let payloadRoom = (bytes: 16 << 20, times: 4)

    private static func isTopic(_ text: String) -> Bool {
        (1...topicLimit).contains(text.utf8.count) && !text.contains { $0 == "+" || $0 == "#" || $0 == "\0" }
    }
}
