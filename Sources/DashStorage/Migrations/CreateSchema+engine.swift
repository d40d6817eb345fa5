import DashModel

extension CreateSchema {
    var engineTables: [any SchemaChange] {
        jobTables + [
            CreateTable(
                "pipeline_counters",
                unique: [["pipeline_id"]],
                [.id, .reference("team_id", "teams"), .reference("pipeline_id", "pipelines")]
                    + [
                        "received", "stored", "memory_only", "duplicates", "quarantined", "dropped_filter",
                        "dropped_storage_limit", "dropped_invalid", "bytes_received", "bytes_stored",
                    ].map { .column($0, .integer, default: "0") }
                    + [.insertedAt, .updatedAt]
            ),
            CreateIndex("pipeline_counters_team", on: "pipeline_counters", ["team_id"]),
            CreateTable(
                "field_rollups",
                unique: [["pipeline_id", "field", "width", "bucket"]],
                [
                    .id, .reference("pipeline_id", "pipelines"), .column("field", .string), .column("width", .string),
                    .column("bucket", .timestamp), .column("count", .integer), .column("sum", .decimal),
                    .column("min", .decimal), .column("max", .decimal), .column("first", .decimal),
                    .column("first_at", .timestamp), .column("last", .decimal), .column("last_at", .timestamp),
                    .insertedAt,
                ]
            ),
            // No foreign key: a busy pipeline has millions, which go in batches after it rather than with it.
            CreateTable(
                "idempotency_keys",
                unique: [["pipeline_id", "key"]],
                [
                    .id, .column("pipeline_id", .uuid), .column("key", .string), .column("accepted", .integer),
                    .column("quarantined", .integer), .insertedAt,
                ]
            ),
            CreateIndex("idempotency_keys_age", on: "idempotency_keys", ["inserted_at"]),
        ]
    }

    private var jobTables: [any SchemaChange] {
        let waiting = "lease_token IS NULL AND finished_at IS NULL"
        return [
            CreateTable(
                "jobs",
                [
                    .id, .optionalReference("team_id", "teams", onDelete: .cascade), .column("queue", .string),
                    .column("kind", .string), .column("parameters", .json), .column("state", .string),
                    .column("priority", .integer), .nullable("unique_key", .string), .column("attempt", .integer),
                    .column("max_attempts", .integer), .column("scheduled_at", .timestamp),
                    .nullable("lease_token", .uuid), .nullable("lease_expires_at", .timestamp),
                    .nullable("error_message", .text), .nullable("finished_at", .timestamp), .insertedAt,
                ]
            ),
            CreateIndex("jobs_due", on: "jobs", ["queue", "scheduled_at"], where: waiting),
            CreateIndex(
                "jobs_turn",
                on: "jobs",
                ["queue", "team_id", "priority", "scheduled_at", "id"],
                where: waiting
            ),
            CreateIndex(
                "jobs_leased",
                on: "jobs",
                ["queue", "team_id", "lease_expires_at"],
                where: "lease_token IS NOT NULL"
            ),
            CreateIndex("jobs_unique", on: "jobs", ["unique_key"], unique: true, where: "finished_at IS NULL"),
            CreateIndex("jobs_finished", on: "jobs", ["finished_at"], where: "finished_at IS NOT NULL"),
            CreateIndex("jobs_team", on: "jobs", ["team_id"], where: "team_id IS NOT NULL"),
            CreateTable(
                "due_times",
                unique: [["pipeline_id", "due_at"]],
                [
                    .id, .reference("pipeline_id", "pipelines"), .column("due_at", .timestamp),
                    .column("state", .string), .nullable("reason", .string), .insertedAt,
                ]
            ),
            CreateIndex("due_times_age", on: "due_times", ["due_at"], where: "state <> 'due'"),
        ]
    }
}
