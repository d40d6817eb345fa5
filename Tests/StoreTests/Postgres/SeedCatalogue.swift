/// The tables of the original design, transcribed: what the live catalogue is compared with.
enum SeedCatalogue {
    struct Table: Sendable {
        let name: String
        /// Names and types as the design spells them.
        let columns: [(name: String, type: String)]
        var foreignKeys: [String: String] = [:]
        /// Column sets that no two rows share.
        var unique: [[String]] = []
    }

    private static let times = [("inserted_at", "timestamp"), ("updated_at", "timestamp")]

    static let tables: [Table] = [
        Table(
            name: "teams",
            columns: [
                ("id", "uuid"), ("name", "string"), ("slug", "string"), ("storage_limit_gb", "integer"),
                ("storage_used_gb", "decimal"),
            ] + times,
            unique: [["slug"]]
        ),
        Table(
            name: "users",
            columns: [
                ("id", "uuid"), ("email", "string"), ("hashed_password", "string"), ("email_confirmed", "boolean"),
            ] + times,
            unique: [["email"]]
        ),
        Table(
            name: "memberships",
            columns: [
                ("id", "uuid"), ("team_id", "uuid"), ("user_id", "uuid"), ("role", "enum owner,admin,member,viewer"),
                ("active", "boolean"),
            ] + times,
            foreignKeys: ["team_id": "teams", "user_id": "users"]
        ),
        Table(
            name: "pipelines",
            columns: [
                ("id", "uuid"), ("team_id", "uuid"), ("name", "string"), ("type", "enum polling,realtime,p2p"),
                ("status", "enum active,paused,error"), ("interval_seconds", "integer"), ("source_type", "string"),
                ("source_config", "jsonb"), ("retention_days", "integer"), ("persist_data", "boolean"),
            ] + times,
            foreignKeys: ["team_id": "teams"]
        ),
        Table(
            name: "pipeline_sinks",
            columns: [("id", "uuid"), ("pipeline_id", "uuid"), ("sink_type", "string"), ("sink_config", "jsonb")]
                + times,
            foreignKeys: ["pipeline_id": "pipelines"]
        ),
        Table(
            name: "data_mappings",
            columns: [
                ("id", "uuid"), ("pipeline_id", "uuid"), ("source_schema", "jsonb"), ("mappings", "jsonb"),
                ("transformations", "jsonb"),
            ] + times,
            foreignKeys: ["pipeline_id": "pipelines"],
            // At most one a pipeline.
            unique: [["pipeline_id"]]
        ),
        Table(
            name: "dashboards",
            columns: [
                ("id", "uuid"), ("team_id", "uuid"), ("name", "string"), ("slug", "string"), ("is_public", "boolean"),
                ("public_token", "string"), ("layout", "jsonb"), ("refresh_interval_seconds", "integer"),
            ] + times,
            foreignKeys: ["team_id": "teams"],
            // Unique within its team: two teams may both have an "overview".
            unique: [["team_id", "slug"]]
        ),
        Table(
            name: "widgets",
            columns: [
                ("id", "uuid"), ("dashboard_id", "uuid"), ("type", "string"), ("config", "jsonb"),
                ("position", "jsonb"), ("data_query", "jsonb"),
            ] + times,
            foreignKeys: ["dashboard_id": "dashboards"]
        ),
    ]

    /// `pipeline_data`, whose SQL the design gives itself. Its pipeline and team have no foreign key there either.
    static let records = [
        ("id", "bigint"), ("pipeline_id", "uuid"), ("team_id", "uuid"), ("data", "jsonb"),
        ("ingested_at", "timestamp with time zone"),
    ]

    /// What PostgreSQL calls the design's types. Its `string` is unlimited here; its `timestamp` is kept with the time
    /// zone, so that it means one moment whatever a session's zone is.
    static func liveType(_ type: String, table: String, column: String) -> String {
        switch type {
        case "string": "character varying"
        case "decimal": "numeric"
        case "timestamp": "timestamp with time zone"
        case _ where type.hasPrefix("enum "): String(table.dropLast()) + "_" + column
        default: type
        }
    }
}
