import DashModel

extension CreateSchema {
    var pipelineTables: [any SchemaChange] {
        [
            CreateTable(
                "pipelines",
                unique: [["team_id", "name"]],
                [
                    .id, .reference("team_id", "teams"), .column("name", .string),
                    .column("type", .enumeration(["polling", "realtime", "p2p"])),
                    .column("status", .enumeration(["active", "paused", "error"])),
                    .nullable("interval_seconds", .integer).standard, .nullable("cron", .string),
                    .nullable("timezone", .string), .column("misfire_policy", .string),
                    .column("source_type", .string), .sealed("source_config", .json),
                    .nullable("retention_days", .integer).standard, .column("persist_data", .boolean),
                    .nullable("error_message", .text), .column("failure_count", .integer),
                    .nullable("last_run_at", .timestamp), .nullable("next_run_at", .timestamp),
                    .nullable("source_cursor", .json), .insertedAt, .updatedAt,
                ]
            ),
            CreateTable(
                "pipeline_sinks",
                [
                    .id, .reference("pipeline_id", "pipelines"), .column("sink_type", .string),
                    .sealed("sink_config", .json), .column("status", .string), .nullable("error_message", .text),
                    .insertedAt, .updatedAt,
                ]
            ),
            CreateIndex("pipeline_sinks_pipeline", on: "pipeline_sinks", ["pipeline_id"]),
            CreateTable(
                "data_mappings",
                unique: [["pipeline_id"]],
                [
                    .id, .reference("pipeline_id", "pipelines"), .nullable("source_schema", .json),
                    .column("mappings", .json), .column("transformations", .json), .column("rules", .json),
                    .insertedAt, .updatedAt,
                ]
            ),
            CreateTable(
                "uploads",
                [
                    .id, .reference("team_id", "teams"), .reference("pipeline_id", "pipelines"),
                    .column("filename", .string), .column("format", .string), .column("status", .string),
                    .column("object_key", .string), .column("byte_count", .integer), .column("position", .integer),
                    .nullable("error_message", .text), .insertedAt, .updatedAt,
                ]
            ),
            CreateIndex("uploads_team", on: "uploads", ["team_id"]),
            CreateIndex("uploads_pipeline", on: "uploads", ["pipeline_id"]),
        ] + historyTables
    }

    private var historyTables: [any SchemaChange] {
        [
            CreateTable(
                "runs",
                [
                    .id, .reference("team_id", "teams"), .reference("pipeline_id", "pipelines"),
                    .column("trigger", .string), .column("status", .string), .nullable("due_at", .timestamp),
                    .column("started_at", .timestamp), .nullable("finished_at", .timestamp),
                    .column("records_received", .integer), .column("records_stored", .integer),
                    .column("records_quarantined", .integer), .column("records_dropped", .integer),
                    .column("bytes_received", .integer), .column("batches", .integer), .column("timings", .json),
                    .nullable("error_message", .text), .insertedAt,
                ]
            ),
            CreateIndex("runs_pipeline_time", on: "runs", ["pipeline_id", "started_at"]),
            CreateIndex("runs_team_time", on: "runs", ["team_id", "started_at"]),
            CreateTable(
                "quarantined_records",
                [
                    .id, .reference("team_id", "teams"), .reference("pipeline_id", "pipelines"),
                    .column("rule", .string), .nullable("field", .string), .column("reason", .text),
                    .column("data", .bytes), .column("received_at", .timestamp), .insertedAt,
                ]
            ),
            CreateIndex(
                "quarantined_records_pipeline_time",
                on: "quarantined_records",
                ["pipeline_id", "received_at", "id"]
            ),
            CreateIndex("quarantined_records_team", on: "quarantined_records", ["team_id"]),
            CreateTable(
                "deliveries",
                [
                    .id, .reference("team_id", "teams"), .reference("pipeline_id", "pipelines"),
                    .optionalReference("pipeline_sink_id", "pipeline_sinks", onDelete: .cascade),
                    .optionalReference("downstream_id", "pipelines", onDelete: .cascade),
                    .column("status", .string), .column("first_record_id", .integer),
                    .column("last_record_id", .integer), .column("record_count", .integer),
                    .column("byte_count", .integer), .column("received_at", .timestamp), .nullable("payload", .bytes),
                    .column("attempts", .integer), .column("next_attempt_at", .timestamp),
                    .nullable("error_message", .text), .nullable("delivered_at", .timestamp), .insertedAt,
                ]
            ),
            // A lane's deliveries by state, oldest first; both also serve the deletion of the lane's other end.
            CreateIndex(
                "deliveries_sink_lane",
                on: "deliveries",
                ["pipeline_sink_id", "status", "first_record_id", "next_attempt_at"],
                where: "pipeline_sink_id IS NOT NULL"
            ),
            CreateIndex(
                "deliveries_pipeline_lane",
                on: "deliveries",
                ["downstream_id", "status", "first_record_id", "next_attempt_at"],
                where: "downstream_id IS NOT NULL"
            ),
            CreateIndex("deliveries_pipeline", on: "deliveries", ["pipeline_id", "status", "first_record_id"]),
            CreateIndex("deliveries_team", on: "deliveries", ["team_id"]),
            CreateIndex("deliveries_settled", on: "deliveries", ["next_attempt_at"], where: "status <> 'pending'"),
        ]
    }
}
