import DashJSON
import DashPipeline

/// Fed by `POST /ingest/{pipeline_id}`: there is nothing to fetch.
enum WebhookSource {
    static let kind = SourceKind(
        name: "webhook",
        title: "Webhook",
        summary: "Takes what programs post to the pipeline's own address.",
        pipelineType: "realtime",
        fields: [
            ConfigField(
                "auth",
                .choice(["bearer", "none"]),
                default: "bearer",
                label: "authorization",
                help: "bearer: posts need an API token that may ingest. none: anyone who knows the address may post."
            ),
            ConfigField(
                "records",
                .jsonPath,
                help: "Where the records are in a posted body: $.items[*]. Empty: the body."
            ),
        ]
    )
}
