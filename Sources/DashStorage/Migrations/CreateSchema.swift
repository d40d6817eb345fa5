/// Migration 1: every table of the first release.
struct CreateSchema: Migration {
    let number = 1
    let name = "create_schema"

    func changes(_ dialect: any SchemaDialect) -> [any SchemaChange] {
        teamTables + pipelineTables + dashboardTables + engineTables + dialect.recordTables
    }
}
