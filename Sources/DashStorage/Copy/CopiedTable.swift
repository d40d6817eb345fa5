/// A table of a finished copy: what is in it on both sides.
public struct CopiedTable: Sendable, Hashable {
    public var table: String
    public var source: TableSum
    public var target: TableSum

    public var isEqual: Bool { source == target }
}
