import DashModel

/// Migration 10: all of what a request was answered, for its repeats, and what the sender of a file said of it.
struct KeepAnswers: Migration {
    let number = 10
    let name = "keep_answers"

    func changes(_ dialect: any SchemaDialect) -> [any SchemaChange] {
        [
            AddColumn("idempotency_keys", .column("duplicates", .integer, default: "0")),
            AddColumn("uploads", .nullable("content_type", .string)),
        ]
    }
}
