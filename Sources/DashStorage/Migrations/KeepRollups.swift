import DashModel

/// Migration 2: roll-ups as commits keep them, and which fields of which pipelines have them. `field_rollups` was empty
/// until now, so it is made anew.
struct KeepRollups: Migration {
    let number = 2
    let name = "keep_rollups"

    func changes(_ dialect: any SchemaDialect) -> [any SchemaChange] {
        [
            ExecuteSQL("DROP TABLE field_rollups"),
            CreateTable(
                "field_rollups",
                primaryKey: ["pipeline_id", "field", "width", "bucket"],
                [
                    .reference("pipeline_id", "pipelines"), .column("field", .text), .column("width", .integer),
                    .column("bucket", .timestamp), .column("count", .integer), .nullable("sum", .decimal),
                    .nullable("min", .decimal), .nullable("max", .decimal), .nullable("first", .decimal),
                    .nullable("first_at", .timestamp), .nullable("first_id", .integer), .nullable("last", .decimal),
                    .nullable("last_at", .timestamp), .nullable("last_id", .integer),
                ]
            ),
            CreateTable(
                "rolled_fields",
                primaryKey: ["pipeline_id", "field"],
                [
                    .reference("pipeline_id", "pipelines"), .column("field", .text),
                    // Records with lower ids are counted by filling, the others by the commits that bring them.
                    .column("boundary_id", .integer),
                    // Filling goes back in time; null before its first step.
                    .nullable("filled_to", .timestamp), .column("state", .string),
                    .column("has_other_values", .boolean), .insertedAt,
                ]
            ),
        ]
    }
}
