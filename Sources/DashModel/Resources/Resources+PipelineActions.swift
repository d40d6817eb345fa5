import DashJSON

extension Resources {
    static let pipelineActions: [Action] = [
        .read(.viewer), .create(.member), .update(.member), .delete(.admin),
        Action(
            "run",
            .member,
            "Polls the source of a polling pipeline once, at once.",
            answers: .promise(AnswerShape("jobs", [Attribute("pipeline_id", .uuid, .readOnly)])),
            past: "ran"
        ),
        Action("pause", .member, "Takes no more records until it is resumed.", past: "paused"),
        Action("resume", .member, "Takes records again; failures so far count no more.", past: "resumed"),
        Action(
            "preview",
            .member,
            "Shows what a mapping makes of some records, without saving anything.",
            parameters: [
                Attribute("mapping", .json, nullable: true, help: "The mapping; left out: the one that is saved."),
                Attribute(
                    "sample",
                    .json,
                    nullable: true,
                    help: "The records; a text is the body as a source sends it. Left out: those that from names."
                ),
                Attribute(
                    "from",
                    .enumeration(["source", "records", "quarantine"]),
                    default: "source",
                    help: "Where records come from: the source, those that are stored, or those that were refused."
                ),
            ],
            answers: .values(preview),
            // A sample may be as large as a webhook's body.
            bodyLimit: 10 << 20
        ),
        Action(
            "replay",
            .member,
            "Takes quarantined records through the mapping as it is now: those that fit all that is given.",
            parameters: quarantineChoice,
            answers: .started("replays"),
            past: "replayed"
        ),
        Action(
            "discard",
            .member,
            "Deletes quarantined records for good: those that fit all that is given, of which there must be something.",
            parameters: quarantineChoice + [
                Attribute("all", .boolean, default: false, help: "Says that every record is meant.")
            ],
            answers: .count("discarded"),
            past: "discarded records of"
        ),
    ]

    private static let quarantineChoice = [
        Attribute("records", .json, nullable: true, constraint: .ids(1_000), help: "These and no others."),
        Attribute("rule", .string, nullable: true),
        Attribute("field", .string, nullable: true, help: "As the mapping names it."),
        Attribute("reason", .string, nullable: true, help: "A part of it, capital letters or not."),
        Attribute("from", .timestamp, nullable: true, help: "Received at this time or later."),
        Attribute("to", .timestamp, nullable: true, help: "Received before this time."),
    ]

    private static let preview = AnswerShape(
        "previews",
        [
            Attribute("input", .json, .readOnly, constraint: .array, help: "The records as they came."),
            Attribute("output", .json, .readOnly, constraint: .array, help: "What became of them, in order."),
            Attribute("quarantined", .json, .readOnly, constraint: .array, help: "Those that were refused, and why."),
            Attribute(
                "records",
                .json,
                .readOnly,
                constraint: .array,
                help: "Each with outcome (mapped, filtered, duplicate, refused), input, output and refusal."
            ),
            Attribute(
                "test_failures",
                .json,
                .readOnly,
                constraint: .array,
                help: "What is wrong in the mapping's tests: each with pointer and message."
            ),
            Attribute("schema", .json, .readOnly, help: "The schema of the input."),
        ]
    )
}
