import DashJSON

extension Resources {
    public static let runs = Resource(
        "runs",
        singular: "run",
        summary: "One execution of a pipeline; for realtime and p2p, one active minute.",
        scope: .column,
        attributes: [
            Attribute(
                "trigger",
                .enumeration(["schedule", "manual", "continuation", "webhook", "upstream", "upload", "replay"]),
                .readOnly
            ),
            Attribute("status", .enumeration(["running", "completed", "failed", "cancelled"]), .readOnly),
            Attribute("due_at", .timestamp, .readOnly, nullable: true),
            Attribute("started_at", .timestamp, .readOnly),
            Attribute("finished_at", .timestamp, .readOnly, nullable: true),
            Attribute("records_received", .integer, .readOnly, default: 0),
            Attribute("records_stored", .integer, .readOnly, default: 0),
            Attribute("records_quarantined", .integer, .readOnly, default: 0),
            Attribute("records_dropped", .integer, .readOnly, default: 0),
            Attribute("bytes_received", .integer, .readOnly, default: 0),
            Attribute("batches", .integer, .readOnly, default: 0),
            Attribute("timings", .json, .readOnly, default: [:], help: "Microseconds by step."),
            Attribute("error_message", .text, .readOnly, nullable: true),
        ],
        relationships: [.toOne("team", "teams"), .toOne("pipeline", "pipelines")],
        actions: [.read(.viewer)],
        hasUpdatedAt: false
    )

    public static let deliveries = Resource(
        "deliveries",
        singular: "delivery",
        summary: "A batch on its way to one sink, or to the pipeline behind.",
        scope: .column,
        attributes: [
            Attribute(
                "status",
                .enumeration(["pending", "executing", "delivered", "dead"]),
                .readOnly,
                default: "pending"
            ),
            Attribute("first_record_id", .integer, .readOnly),
            Attribute("last_record_id", .integer, .readOnly),
            Attribute("record_count", .integer, .readOnly),
            Attribute("byte_count", .integer, .readOnly),
            Attribute("received_at", .timestamp, .readOnly),
            Attribute("payload", .bytes, .hidden, nullable: true),
            Attribute("attempts", .integer, .readOnly, default: 0),
            Attribute("next_attempt_at", .timestamp, .readOnly),
            Attribute("error_message", .text, .readOnly, nullable: true),
            Attribute("delivered_at", .timestamp, .readOnly, nullable: true),
            Attribute(
                "attempt_history",
                .json,
                .readOnly,
                nullable: true,
                help: "Time and reason of each try that failed."
            ),
        ],
        relationships: [
            .toOne("team", "teams"), .toOne("pipeline", "pipelines"),
            .toOne("pipeline_sink", "pipeline_sinks", required: false),
            .toOne("downstream", "pipelines", column: "downstream_id", required: false),
        ],
        actions: [
            .read(.viewer),
            Action(
                "redrive",
                .member,
                "Sends the dead letters of its lane again.",
                parameters: [Attribute("only", .boolean, default: false, help: "This one and no others.")],
                answers: .count("redriven"),
                past: "sent again"
            ),
        ],
        hasUpdatedAt: false
    )

    public static let quarantinedRecords = Resource(
        "quarantined_records",
        singular: "quarantined record",
        summary: "A record that broke a rule, with the rule and the reason.",
        scope: .column,
        attributes: [
            Attribute("rule", .string, .readOnly),
            Attribute("field", .string, .readOnly, nullable: true),
            Attribute("reason", .text, .readOnly),
            Attribute("data", .bytes, .readOnly),
            Attribute("received_at", .timestamp, .readOnly),
        ],
        relationships: [.toOne("team", "teams"), .toOne("pipeline", "pipelines")],
        actions: [.read(.viewer), .delete(.member)],
        hasUpdatedAt: false
    )

    public static let replays = Resource(
        "replays",
        singular: "replay",
        summary: "Quarantined records on their way through the mapping as it is now.",
        scope: .column,
        attributes: [
            Attribute(
                "status",
                .enumeration(["waiting", "running", "completed", "failed"]),
                .readOnly,
                default: "waiting"
            ),
            Attribute("selection", .json, .readOnly, default: [:], help: "Which records were asked for."),
            Attribute("total", .integer, .readOnly),
            Attribute("replayed", .integer, .readOnly, default: 0),
            Attribute("accepted", .integer, .readOnly, default: 0, help: "Records that came out."),
            Attribute("refused", .integer, .readOnly, default: 0, help: "Records that went back to the quarantine."),
            Attribute("until", .uuid, .hidden),
            Attribute("position", .uuid, .hidden, nullable: true),
            Attribute("error_message", .text, .readOnly, nullable: true),
            Attribute("finished_at", .timestamp, .readOnly, nullable: true),
        ],
        relationships: [.toOne("team", "teams"), .toOne("pipeline", "pipelines")],
        actions: [.read(.viewer)]
    )

    public static let uploads = Resource(
        "uploads",
        singular: "upload",
        summary: "A file that was sent to be read through a pipeline.",
        scope: .column,
        attributes: [
            Attribute("filename", .string, .readOnly),
            Attribute("format", .enumeration(["csv", "json", "ndjson"]), .readOnly),
            Attribute("content_encoding", .enumeration(["identity", "gzip"]), .readOnly, default: "identity"),
            Attribute("content_type", .string, .readOnly, nullable: true, help: "As the file's sender said."),
            Attribute(
                "status",
                .enumeration(["queued", "running", "completed", "failed", "cancelled"]),
                .readOnly,
                default: "queued"
            ),
            Attribute("object_key", .string, .hidden),
            Attribute("byte_count", .integer, .readOnly, help: "The file's size as it was sent."),
            Attribute("bytes_read", .integer, .readOnly, default: 0, help: "How much of the file has been read."),
            Attribute(
                "position",
                .integer,
                .readOnly,
                default: 0,
                help: "Where the next record begins, in bytes of the file once it is inflated."
            ),
            Attribute("lines_read", .integer, .readOnly, default: 0),
            Attribute("records_received", .integer, .readOnly, default: 0),
            Attribute("records_accepted", .integer, .readOnly, default: 0),
            Attribute("records_quarantined", .integer, .readOnly, default: 0),
            Attribute("records_dropped", .integer, .readOnly, default: 0),
            Attribute("error_message", .text, .readOnly, nullable: true),
            Attribute("started_at", .timestamp, .readOnly, nullable: true),
            Attribute("finished_at", .timestamp, .readOnly, nullable: true),
        ],
        relationships: [.toOne("team", "teams"), .toOne("pipeline", "pipelines")],
        actions: [
            .read(.viewer), .delete(.member),
            Action("cancel", .member, "Reads no further; what was read stays.", past: "cancelled"),
            Action("resume", .member, "Goes on where it stood when it failed or was cancelled.", past: "resumed"),
        ]
    )
}
