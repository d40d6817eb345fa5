import DashJSON

extension Resources {
    public static let pipelines = Resource(
        "pipelines",
        singular: "pipeline",
        summary: "A source, its mapping and where its records go.",
        scope: .column,
        attributes: [
            Attribute("name", .string, constraint: .length(1...120)),
            Attribute(
                "type",
                .enumeration(["polling", "realtime", "p2p"]),
                .createOnly,
                documentName: "pipeline_type"
            ),
            Attribute("status", .enumeration(["active", "paused", "error"]), .readOnly, default: "active"),
            Attribute(
                "interval_seconds",
                .integer,
                nullable: true,
                constraint: .range(1...2_592_000),
                help: "How often a polling pipeline runs."
            ),
            Attribute(
                "cron",
                .string,
                nullable: true,
                constraint: .cron,
                help: "Five or six fields, instead of an interval."
            ),
            Attribute("timezone", .string, nullable: true, constraint: .timeZone, label: "Time zone"),
            Attribute(
                "misfire_policy",
                .enumeration(["latest", "skip", "all"]),
                default: "latest",
                help: "What happens to due times that passed while no node could run them."
            ),
            Attribute("source_type", .string, constraint: .length(1...40)),
            Attribute("source_config", .json, default: [:], sealed: true, constraint: .object),
            Attribute(
                "retention_days",
                .integer,
                nullable: true,
                constraint: .range(1...36_500),
                help: "Older records are no longer shown, then deleted. Empty: kept."
            ),
            Attribute("persist_data", .boolean, default: true, label: "Store records"),
            Attribute("error_message", .text, .readOnly, nullable: true),
            Attribute("failure_count", .integer, .readOnly, default: 0),
            Attribute("last_run_at", .timestamp, .readOnly, nullable: true),
            Attribute("next_run_at", .timestamp, .readOnly, nullable: true),
            Attribute("source_cursor", .json, .hidden, nullable: true),
        ],
        relationships: [
            .toOne("team", "teams"), .toMany("pipeline_sinks", column: "pipeline_id"),
            .toMany("data_mappings", column: "pipeline_id"),
            .toMany("data_mapping_versions", column: "pipeline_id"), .toMany("runs", column: "pipeline_id"),
        ],
        actions: [
            .read, .create, .update, .delete, .custom("run"), .custom("pause"), .custom("resume"), .custom("preview"),
            .custom("replay"), .custom("discard"),
        ],
        uniqueKeys: [["team_id", "name"]]
    )

    public static let pipelineSinks = Resource(
        "pipeline_sinks",
        singular: "pipeline sink",
        summary: "A place that gets every record of a pipeline.",
        scope: .through(column: "pipeline_id", parent: "pipelines"),
        attributes: [
            Attribute("sink_type", .string, .createOnly, constraint: .length(1...40)),
            Attribute("sink_config", .json, default: [:], sealed: true, constraint: .object),
            Attribute("status", .enumeration(["active", "paused", "failing"]), .readOnly, default: "active"),
            Attribute("error_message", .text, .readOnly, nullable: true),
        ],
        relationships: [.toOne("pipeline", "pipelines")],
        actions: [
            .read, .create, .update, .delete, .custom("pause"), .custom("resume"), .custom("test"),
            .custom("redrive"),
        ]
    )

    public static let dataMappings = Resource(
        "data_mappings",
        singular: "data mapping",
        summary: "How a source's records are reshaped and checked.",
        scope: .through(column: "pipeline_id", parent: "pipelines"),
        attributes: [
            Attribute("source_schema", .json, nullable: true, constraint: .object),
            Attribute(
                "schema_mode",
                .enumeration(["ignore", "follow", "warn", "enforce"]),
                default: "ignore",
                help: "What becomes of records that don't fit the schema of the source."
            ),
            Attribute(
                "schema_drift",
                .json,
                .readOnly,
                nullable: true,
                help: "How the source was last seen to differ from its schema."
            ),
            Attribute("mappings", .json, default: [], constraint: .array),
            Attribute("transformations", .json, default: [], constraint: .array),
            Attribute("rules", .json, default: [], constraint: .array),
            Attribute(
                "tests",
                .json,
                default: [],
                constraint: .array,
                help: "What should come out of which input; a mapping that fails one can't be saved."
            ),
            Attribute(
                "note",
                .string,
                nullable: true,
                constraint: .length(0...300),
                help: "What this change is for; kept with the version that it makes."
            ),
        ],
        relationships: [.toOne("pipeline", "pipelines")],
        actions: [.read, .create, .update, .delete],
        uniqueKeys: [["pipeline_id"]]
    )

    public static let dataMappingVersions = Resource(
        "data_mapping_versions",
        singular: "data mapping version",
        summary: "A pipeline's mapping as it was saved once.",
        scope: .through(column: "pipeline_id", parent: "pipelines"),
        attributes: [
            Attribute("number", .integer, .readOnly),
            Attribute("author", .string, .readOnly, nullable: true, help: "Who saved it; empty when nobody did."),
            Attribute("note", .string, .readOnly, nullable: true),
            Attribute("definition", .json, .readOnly),
            Attribute("saved_at", .timestamp, .readOnly),
        ],
        relationships: [.toOne("pipeline", "pipelines")],
        actions: [.read, .custom("restore"), .custom("compare")],
        uniqueKeys: [["pipeline_id", "number"]],
        hasUpdatedAt: false
    )

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
        actions: [.read],
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
        actions: [.read, .custom("redrive")],
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
        actions: [.read, .delete],
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
        actions: [.read]
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
        actions: [.read, .delete, .custom("cancel"), .custom("resume")]
    )
}
