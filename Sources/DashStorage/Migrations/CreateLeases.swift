import DashModel

/// Migration 3: the leases of nodes that share a database. An embedded node has them in memory.
struct CreateLeases: Migration {
    let number = 3
    let name = "create_leases"

    func changes(_ dialect: any SchemaDialect) -> [any SchemaChange] {
        [
            CreateTable(
                "leases",
                primaryKey: ["name"],
                [
                    .column("name", .string), .column("holder", .string), .column("token", .integer),
                    .column("expires_at", .timestamp),
                ]
            )
        ]
    }
}
