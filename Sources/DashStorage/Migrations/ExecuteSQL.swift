/// A change that has no shape of its own, spelt by the migration.
public struct ExecuteSQL: SchemaChange {
    var text: String

    public init(_ text: String) { self.text = text }

    public func statements(_ dialect: any SchemaDialect) -> [SQLStatement] { [SQLStatement(raw: text)] }
}
