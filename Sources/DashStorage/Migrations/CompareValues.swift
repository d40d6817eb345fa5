/// Migration 9: what an engine needs to compare JSON by value.
struct CompareValues: Migration {
    let number = 9
    let name = "compare_values"

    func changes(_ dialect: any SchemaDialect) -> [any SchemaChange] { dialect.jsonFunctions }
}
