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
                .choice(["bearer", "none"] + WebhookVerifier.presets),
                default: "bearer",
                label: "authorization",
                help:
                    "bearer: posts need an API token that may ingest. none: anyone who knows the address may post. The "
                    + "others: posts are signed the way this sender signs. header: posts carry a secret in a header that "
                    + "you name."
            ),
            ConfigField(
                "secrets",
                .list,
                secret: true,
                help:
                    "What signed posts are checked with, one a line, the newest first: while a secret is changed, the "
                    + "old one stays below the new."
            ),
            ConfigField(
                "header",
                .string,
                help: "For header: the name of the header that holds one of the secrets, as it is."
            ),
            ConfigField(
                "hmac",
                .group([
                    ConfigField("header", .string, default: "x-signature", help: "Where the signature is."),
                    ConfigField("algorithm", .choice(["sha256", "sha1", "sha512"]), default: "sha256"),
                    ConfigField("encoding", .choice(["hex", "base64"]), default: "hex"),
                    ConfigField("prefix", .string, help: "What is in front of the signature: sha256="),
                    ConfigField(
                        "timestamp_header",
                        .string,
                        help: "Where the time is, in seconds since 1970, if time.body is signed. Empty: the body alone."
                    ),
                    ConfigField(
                        "id_header",
                        .string,
                        help: "Where the delivery's id is, by which repeats are dropped."
                    ),
                ]),
                label: "Signature",
                help: "For hmac."
            ),
            ConfigField(
                "records",
                .jsonPath,
                help: "Where the records are in a posted body: $.items[*]. Empty: the body."
            ),
        ] + BodyFields.all,
        check: {
            try BodyFields.check($0)
            _ = try WebhookVerifier(config: $0)
        }
    )
}
