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
        actions: pipelineActions,
        views: ResourceView.ofPipelines,
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
            .read(.viewer), .create(.member), .update(.member), .delete(.member),
            Action(
                "pause",
                .member,
                "Sends it nothing until it is resumed; what comes meanwhile waits.",
                past: "paused"
            ),
            Action("resume", .member, "Sends again, beginning with what waits.", past: "resumed"),
            Action(
                "test",
                .member,
                "Tries whether the receiver can be reached with the stored config."
            ),
            Action(
                "redrive",
                .member,
                "Sends dead letters again: those that fit all that is given, without parameters every one.",
                parameters: [
                    Attribute(
                        "reason",
                        .string,
                        nullable: true,
                        constraint: .length(1...2_000),
                        help: "A part of why they failed."
                    ),
                    Attribute("from", .timestamp, nullable: true, help: "Received at this time or later."),
                    Attribute("to", .timestamp, nullable: true, help: "Received before this time."),
                ],
                answers: .count("redriven"),
                past: "sent again"
            ),
        ]
    )
}
