/// One numbered step of the schema. Once released it never changes; a later one changes what it made.
public protocol Migration: Sendable {
    var number: Int { get }
    var name: String { get }
    /// What it does, in order, for a dialect.
    func changes(_ dialect: any SchemaDialect) -> [any SchemaChange]
}

/// One change of the schema.
public protocol SchemaChange: Sendable {
    func statements(_ dialect: any SchemaDialect) -> [SQLStatement]
}
