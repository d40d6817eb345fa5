import DashJSON

/// The views of pipelines.
extension ResourceView {
    private static let mayRead = Permission(.read, "records", .viewer)

    private static let record = AnswerShape(
        "records",
        [
            Attribute("ingested_at", .timestamp, .readOnly),
            Attribute("data", .json, .readOnly, help: "The record as it was stored."),
        ]
    )

    public static let records = ResourceView(
        "records",
        at: "pipelines/{id}/records",
        "The records, newest first.",
        may: mayRead,
        answers: .page(record)
    )

    public static let oneRecord = ResourceView(
        "record",
        at: "pipelines/{id}/records/{record}",
        "One record, at the address that the list gives it.",
        may: mayRead,
        answers: .values(record)
    )

    public static let ledger = ResourceView(
        "ledger",
        at: "pipelines/{id}/ledger",
        "What became of the records that were received.",
        may: Permission(.read, "pipelines", .viewer),
        answers: .values(
            AnswerShape(
                "ledgers",
                LedgerEntry.allCases.map { Attribute($0.rawValue, .integer, .readOnly) } + [
                    Attribute("in_flight", .integer, .readOnly, help: "Received, and not yet accounted for.")
                ]
            )
        )
    )

    public static let quarantine = ResourceView(
        "quarantine",
        at: "pipelines/{id}/quarantine",
        "How many records are quarantined, by rule, field and reason.",
        may: Permission(.read, "quarantined_records", .viewer),
        answers: .values(
            AnswerShape(
                "quarantines",
                [
                    Attribute("count", .integer, .readOnly),
                    Attribute(
                        "reasons",
                        .json,
                        .readOnly,
                        constraint: .array,
                        help: "Each with rule, field, reason, count, oldest and newest; the most frequent first."
                    ),
                ]
            )
        )
    )

    public static let upload = ResourceView(
        "uploads",
        at: "pipelines/{id}/uploads",
        "Takes a file, which is then read through the pipeline.",
        may: Permission(.create, "uploads", .member),
        input: .file,
        parameters: [
            Attribute("filename", .string, default: "upload"),
            Attribute(
                "format",
                .enumeration(["csv", "json", "ndjson"]),
                nullable: true,
                help: "Left out: by the ending of the filename, else by the content type."
            ),
        ],
        answers: .started("uploads")
    )

    public static let query = ResourceView(
        "query",
        at: "query",
        "Answers a question about the records of a pipeline, as widgets ask it.",
        may: mayRead,
        input: .body,
        parameters: [
            Attribute("pipeline_id", .uuid),
            Attribute("fields", .json, constraint: .array, help: "What is shown: each with path, as and aggregate."),
            Attribute("filters", .json, default: [], constraint: .array, help: "Each with path, op and value."),
            Attribute("group_by", .json, default: [], constraint: .array, help: "Paths."),
            Attribute("bucket", .string, nullable: true, help: "auto, or a width such as 5m."),
            Attribute(
                "range",
                .json,
                default: ["last": "24h"],
                constraint: .object,
                help: "Either last, or from and to."
            ),
            Attribute("order", .enumeration(["asc", "desc"]), default: "asc"),
            Attribute("limit", .integer, default: 1_000, constraint: .range(1...10_000)),
            Attribute("group_limit", .integer, nullable: true, constraint: .range(1...10_000)),
        ],
        answers: .table
    )

    static let ofPipelines = [records, oneRecord, ledger, upload, quarantine, query]
}
