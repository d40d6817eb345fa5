import DashModel
import FoundationEssentials

/// The SQL of one resource, worked out once.
struct ResourceTable: Sendable {
    let resource: Resource
    /// Every column that is read, in order.
    let columns: [Column]
    /// Those that are written: all but what the database computes.
    let writable: [Column]
    let byName: [String: Column]
    /// The column that holds a row of another table, by that column's name.
    let references: [String: Resource]
    let selection: SQLStatement
    private let table: SQLStatement

    init(_ resource: Resource, resources: [String: Resource]) {
        self.resource = resource
        columns = resource.columns
        let generated = Migrations.generatedColumns[resource.name] ?? []
        writable = columns.filter { !generated.contains($0.name) }
        byName = Dictionary(columns.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        references = Dictionary(
            resource.relationships.compactMap { link in
                guard link.kind == .toOne, let target = resources[link.target] else { return nil }
                return (link.column, target)
            },
            uniquingKeysWith: { first, _ in first }
        )
        table = .identifier(resource.name)
        selection = "SELECT \(columns.map { .identifier($0.name) }.joined(by: ", ")) FROM \(table)"
    }

    func insert(_ values: [SQLValue]) -> SQLStatement {
        let names = writable.map { SQLStatement.identifier($0.name) }.joined(by: ", ")
        let binds = values.map { value -> SQLStatement in "\(value)" }.joined(by: ", ")
        return "INSERT INTO \(table) (\(names)) VALUES (\(binds))"
    }

    func update(_ values: [(column: String, value: SQLValue)], id: UUID, held: SQLStatement) -> SQLStatement {
        let list = values.map { pair -> SQLStatement in "\(identifier: pair.column) = \(pair.value)" }.joined(by: ", ")
        var statement: SQLStatement = "UPDATE \(table) SET \(list) WHERE id = \(id) AND \(held)"
        statement.isReusable = false
        return statement
    }

    func delete(id: UUID, held: SQLStatement) -> SQLStatement { "DELETE FROM \(table) WHERE id = \(id) AND \(held)" }
}
