import DashJSON

extension Resources {
    private static let comparison = AnswerShape(
        "comparisons",
        [
            Attribute("from", .integer, .readOnly, nullable: true, help: "The number of the other version."),
            Attribute("to", .integer, .readOnly),
            Attribute(
                "differences",
                .json,
                .readOnly,
                constraint: .array,
                help: "Each with pointer, before and after; what was or is not there has none."
            ),
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
        actions: [.read(.viewer), .create(.member), .update(.member), .delete(.member)],
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
        actions: [
            .read(.viewer),
            Action(
                "restore",
                .member,
                "Saves its definition again, which makes a new version: the one that is answered."
            ),
            Action(
                "compare",
                .viewer,
                "How it differs from the version before it, or from another one.",
                parameters: [
                    Attribute("with", .integer, nullable: true, help: "The number of the other version.")
                ],
                answers: .values(comparison)
            ),
        ],
        uniqueKeys: [["pipeline_id", "number"]],
        hasUpdatedAt: false
    )
}
