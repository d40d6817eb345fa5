import DashModel

extension CreateSchema {
    var teamTables: [any SchemaChange] {
        [
            CreateTable(
                "teams",
                unique: [["slug"]],
                [
                    .id, .column("name", .string), .column("slug", .string),
                    .column("storage_limit_gb", .integer).standard,
                    // Exact, kept by every insert and delete of records; the gigabytes that people see follow from it.
                    .column("storage_used_bytes", .integer, default: "0"),
                    .generated("storage_used_gb", .decimal, as: "storage_used_bytes / 1000000000.0").standard,
                    .insertedAt, .updatedAt,
                ]
            ),
            CreateTable(
                "users",
                unique: [["email"]],
                [
                    .id, .column("email", .string), .column("hashed_password", .string),
                    .column("email_confirmed", .boolean), .insertedAt, .updatedAt,
                ]
            ),
            CreateTable(
                "memberships",
                unique: [["team_id", "user_id"]],
                [
                    .id, .reference("team_id", "teams"), .reference("user_id", "users"),
                    .column("role", .enumeration(["owner", "admin", "member", "viewer"])), .column("active", .boolean),
                    .insertedAt, .updatedAt,
                ]
            ),
            CreateIndex("memberships_user", on: "memberships", ["user_id"]),
            CreateTable(
                "sessions",
                unique: [["token_hash"]],
                [
                    .id, .reference("user_id", "users"), .optionalReference("team_id", "teams"),
                    .column("token_hash", .string), .column("csrf_token", .string), .column("expires_at", .timestamp),
                    .column("last_seen_at", .timestamp), .nullable("user_agent", .string), .insertedAt, .updatedAt,
                ]
            ),
            CreateIndex("sessions_user", on: "sessions", ["user_id"]),
            CreateIndex("sessions_team", on: "sessions", ["team_id"]),
            CreateIndex("sessions_expiry", on: "sessions", ["expires_at"]),
            CreateTable(
                "api_tokens",
                unique: [["token_hash"]],
                [
                    .id, .reference("team_id", "teams"), .column("name", .string), .column("token_hash", .string),
                    .column("token_hint", .string), .column("scopes", .json), .nullable("expires_at", .timestamp),
                    .nullable("last_used_at", .timestamp), .insertedAt, .updatedAt,
                ]
            ),
            CreateIndex("api_tokens_team", on: "api_tokens", ["team_id"]),
            CreateTable(
                "invitations",
                [
                    .id, .reference("team_id", "teams"), .optionalReference("invited_by_id", "users"),
                    .column("email", .string), .column("role", .string), .column("token_hash", .string),
                    .column("expires_at", .timestamp), .nullable("accepted_at", .timestamp), .insertedAt, .updatedAt,
                ]
            ),
            CreateIndex("invitations_team", on: "invitations", ["team_id"]),
            CreateIndex("invitations_inviter", on: "invitations", ["invited_by_id"]),
            CreateIndex("invitations_token", on: "invitations", ["token_hash"]),
            CreateTable(
                "audit_events",
                [
                    .id, .optionalReference("team_id", "teams", onDelete: .cascade), .column("actor_type", .string),
                    .nullable("actor_id", .uuid), .column("action", .string), .column("resource_type", .string),
                    .nullable("resource_id", .uuid), .column("detail", .json), .nullable("remote_address", .string),
                    .insertedAt,
                ]
            ),
            CreateIndex("audit_events_team", on: "audit_events", ["team_id", "id"]),
        ]
    }
}
