import DashPipeline
import DashStorage

/// Kinds of sources and sinks with secrets in every place where one can be.
enum TestComponents {
    static let all = Components(
        sources: [
            SourceKind(
                name: "http",
                title: "HTTP",
                summary: "An API.",
                pipelineType: "polling",
                fields: [
                    ConfigField("url", .url, required: true),
                    ConfigField("headers", .headers),
                    ConfigField(
                        "auth",
                        .group([
                            ConfigField("kind", .choice(["none", "basic", "bearer"])), ConfigField("username", .string),
                            ConfigField("password", .string, secret: true),
                            ConfigField("token", .string, secret: true),
                        ])
                    ),
                ]
            ),
            SourceKind(
                name: "webhook",
                title: "Webhook",
                summary: "An address.",
                pipelineType: "realtime",
                fields: [ConfigField("auth", .string), ConfigField("secrets", .json, secret: true)]
            ),
        ],
        sinks: [
            SinkKind(
                name: "webhook",
                title: "Webhook",
                summary: "An address.",
                fields: [ConfigField("url", .url), ConfigField("secret", .string, secret: true)],
                make: { _ in NoSink() }
            )
        ]
    )
}

struct NoSink: Sink {
    func send(_ delivery: Delivery) async throws {}
}
