/// A table as an engine's own catalogue describes it.
public struct CopyTable: Sendable, Hashable {
    public var name: String
    public var columns: [CopyColumn]
    /// The columns of the primary key.
    public var key: [String]
    /// The tables that its foreign keys lead to.
    public var references: Set<String>

    public init(_ name: String, columns: [CopyColumn], key: [String], references: Set<String> = []) {
        self.name = name
        self.columns = columns
        self.key = key
        self.references = references
    }
}
