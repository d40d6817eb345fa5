import DashModel

/// Migration 11: how often in a row a process ended while it ran a job or sent a delivery.
struct CountLostStarts: Migration {
    let number = 11
    let name = "count_lost_starts"

    func changes(_ dialect: any SchemaDialect) -> [any SchemaChange] {
        ["jobs", "deliveries"].map { AddColumn($0, .column("lost_starts", .integer, default: "0")) }
    }
}
