import DashModel

/// Migration 6: a mapping's tests, and every version of it that was saved.
struct KeepMappingVersions: Migration {
    let number = 6
    let name = "keep_mapping_versions"

    func changes(_ dialect: any Dialect) -> [any SchemaChange] {
        [
            AddColumn("data_mappings", .column("tests", .json, default: "'[]'")),
            CreateTable(
                "data_mapping_versions",
                unique: [["pipeline_id", "number"]],
                [
                    .id, .reference("pipeline_id", "pipelines"), .column("number", .integer),
                    .nullable("author", .string), .column("definition", .json), .column("saved_at", .timestamp),
                    .insertedAt,
                ]
            ),
        ]
    }
}
