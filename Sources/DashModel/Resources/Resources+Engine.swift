import DashJSON

extension Resources {
    public static let jobs = Resource(
        "jobs",
        singular: "job",
        summary: "Durable work that a node does once.",
        scope: .none,
        attributes: [
            Attribute("queue", .string, .readOnly, default: "default"),
            Attribute("kind", .string, .readOnly),
            Attribute("parameters", .json, .readOnly, default: [:]),
            Attribute("state", .enumeration(JobState.allCases.map(\.rawValue)), .readOnly, default: "available"),
            Attribute("priority", .integer, .readOnly, default: 0),
            Attribute("unique_key", .string, .readOnly, nullable: true),
            Attribute("attempt", .integer, .readOnly, default: 0),
            Attribute("max_attempts", .integer, .readOnly, default: 20),
            Attribute("scheduled_at", .timestamp, .readOnly),
            Attribute("lease_token", .uuid, .readOnly, nullable: true),
            Attribute("lease_expires_at", .timestamp, .readOnly, nullable: true),
            Attribute("error_message", .text, .readOnly, nullable: true),
            Attribute("finished_at", .timestamp, .readOnly, nullable: true),
        ],
        relationships: [.toOne("team", "teams", required: false)],
        hasUpdatedAt: false
    )

    public static let dueTimes = Resource(
        "due_times",
        singular: "due time",
        summary: "Each moment a polling pipeline was due, and what became of it.",
        scope: .through(column: "pipeline_id", parent: "pipelines"),
        attributes: [
            Attribute("due_at", .timestamp, .readOnly),
            Attribute(
                "state",
                .enumeration(["due", "ran", "failed", "skipped", "coalesced"]),
                .readOnly,
                default: "due"
            ),
            Attribute("reason", .string, .readOnly, nullable: true),
        ],
        relationships: [.toOne("pipeline", "pipelines")],
        uniqueKeys: [["pipeline_id", "due_at"]],
        hasUpdatedAt: false
    )

    public static let pipelineCounters = Resource(
        "pipeline_counters",
        singular: "pipeline counter",
        summary: "A pipeline's ledger: received = stored + memory_only + duplicates + quarantined + dropped.",
        scope: .column,
        attributes: LedgerEntry.allCases.map { Attribute($0.rawValue, .integer, .readOnly, default: 0) },
        relationships: [.toOne("team", "teams"), .toOne("pipeline", "pipelines")],
        uniqueKeys: [["pipeline_id"]]
    )

    public static let idempotencyKeys = Resource(
        "idempotency_keys",
        singular: "idempotency key",
        summary: "Requests answered in the last 72 hours, so that a repeat is answered as before and stored once.",
        scope: .through(column: "pipeline_id", parent: "pipelines"),
        attributes: [
            Attribute("key", .string, .hidden),
            Attribute("accepted", .integer, .readOnly),
            Attribute("quarantined", .integer, .readOnly),
            Attribute("duplicates", .integer, .readOnly, default: 0),
        ],
        relationships: [.toOne("pipeline", "pipelines")],
        uniqueKeys: [["pipeline_id", "key"]],
        hasUpdatedAt: false
    )
}
