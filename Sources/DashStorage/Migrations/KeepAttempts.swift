import DashModel

/// Migration 6: what became of each try of a delivery.
struct KeepAttempts: Migration {
    let number = 6
    let name = "keep_attempts"

    func changes(_ dialect: any SchemaDialect) -> [any SchemaChange] {
        [AddColumn("deliveries", .nullable("attempt_history", .json))]
    }
}
