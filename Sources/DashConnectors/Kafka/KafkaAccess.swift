import DashJSON
import DashPipeline

/// The brokers of a Kafka cluster and how to sign in there, as sinks and sources configure it.
struct KafkaAccess: Sendable {
    static let brokersField = ConfigField(
        "brokers",
        .string,
        required: true,
        place: true,
        help: "host:port, several separated by commas. Librdkafka 2.16 or newer is advised."
    )
    static let signInFields = [
        ConfigField("tls", .boolean, place: true, default: false, label: "TLS"),
        ConfigField(
            "sasl",
            .choice(["none", "PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"]),
            default: "none",
            label: "sign-in"
        ),
        ConfigField("username", .string),
        ConfigField("password", .string, secret: true),
        ConfigField("timeout_seconds", .integer(1...300), default: 30),
    ]
    static let topicRule = "must be of letters, digits, dots, hyphens and underscores"

    let brokers: [(host: String, port: Int)]
    /// What librdkafka is to be told of it.
    let settings: [(key: String, value: String)]
    /// How long to wait for an answer.
    let patience: Duration

    /// Reports brokers that are none.
    init(_ config: inout SinkConfig) {
        let named = config.list("brokers")
        brokers = named.compactMap(Self.broker)
        if brokers.isEmpty || brokers.count != named.count {
            config.report("brokers", "must be host:port, several separated by commas")
        }
        patience = .seconds(config.int("timeout_seconds", default: 30))
        let sasl = config.text("sasl", default: "none")
        var settings = [
            ("bootstrap.servers", named.joined(separator: ",")), ("client.id", "dash"),
            ("reconnect.backoff.max.ms", "1000"), ("log.connection.close", "false"),
            ("security.protocol", (sasl == "none" ? "" : "sasl_") + (config.bool("tls") ? "ssl" : "plaintext")),
        ]
        if sasl != "none" {
            settings += [
                ("sasl.mechanism", sasl), ("sasl.username", config.text("username")),
                ("sasl.password", config.secret("password")),
            ]
        }
        self.settings = settings.map { (key: $0.0, value: $0.1) }
    }

    static func isTopic(_ name: String) -> Bool {
        (1...249).contains(name.utf8.count) && name != "." && name != ".." && name.utf8.allSatisfy(isTopicByte)
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
