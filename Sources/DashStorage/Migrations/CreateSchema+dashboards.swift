import DashModel

extension CreateSchema {
    var dashboardTables: [any SchemaChange] {
        [
            CreateTable(
                "dashboards",
                unique: [["team_id", "slug"]],
                [
                    .id, .reference("team_id", "teams"), .column("name", .string), .column("slug", .string),
                    .column("is_public", .boolean), .nullable("public_token", .string), .column("layout", .json),
                    .column("refresh_interval_seconds", .integer).standard, .insertedAt, .updatedAt,
                ]
            ),
            CreateIndex(
                "dashboards_public_token",
                on: "dashboards",
                ["public_token"],
                where: "public_token IS NOT NULL"
            ),
            CreateTable(
                "widgets",
                [
                    .id, .reference("dashboard_id", "dashboards"), .column("type", .string), .column("config", .json),
                    .column("position", .json), .column("data_query", .json), .insertedAt, .updatedAt,
                ]
            ),
            CreateIndex("widgets_dashboard", on: "widgets", ["dashboard_id"]),
            CreateTable(
                "dashboards_pipelines",
                unique: [["dashboard_id", "pipeline_id"]],
                [
                    .id, .reference("dashboard_id", "dashboards"), .reference("pipeline_id", "pipelines"), .insertedAt,
                ]
            ),
            CreateIndex("dashboards_pipelines_pipeline", on: "dashboards_pipelines", ["pipeline_id"]),
        ]
    }
}
