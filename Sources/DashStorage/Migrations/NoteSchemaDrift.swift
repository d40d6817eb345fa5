import DashModel

/// Migration 4: what a mapping's schema is for, and how the source was last seen to differ from it.
struct NoteSchemaDrift: Migration {
    let number = 4
    let name = "note_schema_drift"

    func changes(_ dialect: any SchemaDialect) -> [any SchemaChange] {
        [
            AddColumn("data_mappings", .column("schema_mode", .string, default: "'ignore'")),
            AddColumn("data_mappings", .nullable("schema_drift", .json)),
        ]
    }
}
