import DashModel

/// Migration 7: a mapping's tests, every version of it that was saved, and the replays of what it had refused.
struct KeepMappingVersions: Migration {
    let number = 7
    let name = "keep_mapping_versions"

    func changes(_ dialect: any SchemaDialect) -> [any SchemaChange] {
        [
            AddColumn("data_mappings", .column("tests", .json, default: "'[]'")),
            AddColumn("data_mappings", .nullable("note", .string)),
            CreateTable(
                "data_mapping_versions",
                unique: [["pipeline_id", "number"]],
                [
                    .id, .reference("pipeline_id", "pipelines"), .column("number", .integer),
                    .nullable("author", .string), .nullable("note", .string), .column("definition", .json),
                    .column("saved_at", .timestamp), .insertedAt,
                ]
            ),
            CreateTable(
                "replays",
                [
                    .id, .reference("team_id", "teams"), .reference("pipeline_id", "pipelines"),
                    .column("status", .string), .column("selection", .json), .column("total", .integer),
                    .column("replayed", .integer), .column("accepted", .integer), .column("refused", .integer),
                    .column("until", .uuid), .nullable("position", .uuid), .nullable("error_message", .text),
                    .nullable("finished_at", .timestamp), .insertedAt, .updatedAt,
                ]
            ),
            CreateIndex("replays_pipeline", on: "replays", ["pipeline_id", "inserted_at"]),
            CreateIndex("replays_team", on: "replays", ["team_id"]),
        ]
    }
}
