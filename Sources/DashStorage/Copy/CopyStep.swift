/// One table of a copy: what is read on both sides, and by which key.
public struct CopyStep: Sendable, Hashable {
    public struct Column: Sendable, Hashable {
        public var name: String
        public var kind: CopyKind

        public init(name: String, kind: CopyKind) {
            self.name = name
            self.kind = kind
        }
    }

    public var table: String
    public var columns: [Column]
    /// Positions in `columns` of the source's primary key, by which rows are read in order.
    public var key: [Int]

    /// The row in the form that both engines share.
    public func row(_ cells: SQLRow) throws -> SQLRow {
        SQLRow(try zip(columns, cells.cells).map { try $0.kind.value($1, of: table + "." + $0.name) })
    }

    /// The columns, for a statement.
    public var selection: SQLStatement { columns.map { .identifier($0.name) }.joined(by: ", ") }
}
