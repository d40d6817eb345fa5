import DashModel

/// Migration 12: the links of mails that confirm an address or set a password, and from where a session was last used.
struct KeepAccountLinks: Migration {
    let number = 12
    let name = "keep_account_links"

    func changes(_ dialect: any SchemaDialect) -> [any SchemaChange] {
        [
            CreateTable(
                "account_links",
                // One that is not a person yet has no user, and then nothing is the same.
                unique: [["token_hash"], ["user_id", "purpose"]],
                [
                    .id, .optionalReference("user_id", "users", onDelete: .cascade), .column("purpose", .string),
                    .column("email", .string), .column("token_hash", .string), .nullable("pending", .json),
                    .column("expires_at", .timestamp), .insertedAt,
                ]
            ),
            CreateIndex("account_links_email", on: "account_links", ["email"]),
            CreateIndex("account_links_expiry", on: "account_links", ["expires_at"]),
            AddColumn("sessions", .nullable("remote_address", .string)),
        ]
    }
}
