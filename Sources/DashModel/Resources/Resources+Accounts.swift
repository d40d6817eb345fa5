extension Resources {
    public static let accountLinks = Resource(
        "account_links",
        singular: "account link",
        summary: "A link of a mail, used once: it confirms an address or sets a password.",
        scope: .none,
        attributes: [
            Attribute("purpose", .string, .readOnly),
            Attribute("email", .string, .readOnly, help: "The address that the link was made for."),
            Attribute("token_hash", .string, .hidden),
            Attribute("pending", .json, .hidden, nullable: true),
            Attribute("expires_at", .timestamp, .readOnly),
        ],
        relationships: [.toOne("user", "users", required: false)],
        uniqueKeys: [["token_hash"], ["user_id", "purpose"]],
        hasUpdatedAt: false
    )
}
