import DashJSON

extension Resources {
    public static let teams = Resource(
        "teams",
        singular: "team",
        summary: "The tenant: everything else belongs to one.",
        scope: .itself,
        attributes: [
            Attribute("name", .string, constraint: .length(1...120)),
            Attribute("slug", .string, constraint: .slug, help: "Names the team in addresses."),
            Attribute(
                "storage_limit_gb",
                .integer,
                .readOnly,
                default: 10,
                constraint: .range(0...1_000_000),
                label: "Storage limit (GB)"
            ),
            Attribute("storage_used_gb", .decimal, .readOnly, default: 0, label: "Storage used (GB)"),
        ],
        relationships: [
            .toMany("memberships", column: "team_id"), .toMany("pipelines", column: "team_id"),
            .toMany("dashboards", column: "team_id"),
        ],
        actions: [.read(.viewer), .update(.admin), .delete(.owner)],
        uniqueKeys: [["slug"]]
    )

    public static let users = Resource(
        "users",
        singular: "user",
        summary: "A person who signs in.",
        scope: .none,
        attributes: [
            Attribute("email", .string, .readOnly, constraint: .email),
            Attribute("hashed_password", .string, .hidden),
            Attribute("email_confirmed", .boolean, .readOnly, default: false),
        ],
        readWith: "memberships",
        uniqueKeys: [["email"]]
    )

    public static let memberships = Resource(
        "memberships",
        singular: "membership",
        summary: "A person's role in a team.",
        scope: .column,
        attributes: [
            Attribute("role", .enumeration(Role.allCases.map(\.rawValue)), default: "viewer"),
            Attribute("active", .boolean, default: true),
        ],
        relationships: [.toOne("team", "teams"), .toOne("user", "users")],
        actions: [.read(.viewer), .update(.admin), .delete(.admin)],
        uniqueKeys: [["team_id", "user_id"]]
    )

    public static let invitations = Resource(
        "invitations",
        singular: "invitation",
        summary: "An offer to join a team, taken up with its token.",
        scope: .column,
        attributes: [
            Attribute("email", .string, .createOnly, constraint: .email),
            Attribute("role", .enumeration(Role.allCases.map(\.rawValue)), .createOnly, default: "viewer"),
            Attribute("token_hash", .string, .hidden),
            Attribute("expires_at", .timestamp, .readOnly),
            Attribute("accepted_at", .timestamp, .readOnly, nullable: true),
        ],
        relationships: [
            .toOne("team", "teams"), .toOne("invited_by", "users", column: "invited_by_id", required: false),
        ],
        actions: [.read(.admin), .create(.admin, answers: .rowWithToken), .delete(.admin)]
    )

    public static let sessions = Resource(
        "sessions",
        singular: "session",
        summary: "A signed-in browser.",
        scope: .none,
        attributes: [
            Attribute("token_hash", .string, .hidden),
            Attribute("csrf_token", .string, .hidden),
            Attribute("expires_at", .timestamp, .readOnly),
            Attribute("last_seen_at", .timestamp, .readOnly),
            Attribute("user_agent", .string, .readOnly, nullable: true),
            Attribute("remote_address", .string, .readOnly, nullable: true),
        ],
        relationships: [
            .toOne("user", "users"), .toOne("team", "teams", required: false),
        ],
        uniqueKeys: [["token_hash"]]
    )

    public static let apiTokens = Resource(
        "api_tokens",
        singular: "API token",
        summary: "A key for programs. Its text is shown once, when it is made.",
        scope: .column,
        attributes: [
            Attribute("name", .string, constraint: .length(1...120)),
            Attribute("token_hash", .string, .hidden),
            Attribute("token_hint", .string, .readOnly, help: "The first characters of the token."),
            Attribute("scopes", .json, .createOnly, default: ["read"], constraint: .array),
            Attribute("expires_at", .timestamp, .createOnly, nullable: true),
            Attribute("last_used_at", .timestamp, .readOnly, nullable: true),
        ],
        relationships: [.toOne("team", "teams")],
        actions: [
            .read(.admin), .create(.admin, answers: .rowWithToken), .update(.admin), .delete(.admin),
        ],
        uniqueKeys: [["token_hash"]]
    )

    public static let auditEvents = Resource(
        "audit_events",
        singular: "audit event",
        summary: "Who changed, shared or signed in, and when.",
        scope: .column,
        attributes: [
            Attribute("actor_type", .enumeration(["user", "api_token", "system"]), .readOnly),
            Attribute("actor_id", .uuid, .readOnly, nullable: true),
            Attribute("action", .string, .readOnly),
            Attribute("resource_type", .string, .readOnly),
            Attribute("resource_id", .uuid, .readOnly, nullable: true),
            Attribute("detail", .json, .readOnly, default: [:]),
            Attribute("remote_address", .string, .readOnly, nullable: true),
        ],
        relationships: [.toOne("team", "teams", required: false)],
        actions: [.read(.admin)],
        hasUpdatedAt: false
    )
}
