/// A column as an engine's own catalogue describes it.
public struct CopyColumn: Sendable, Hashable {
    public var name: String
    /// nil where the engine's column types don't tell.
    public var kind: CopyKind?
    /// The database computes it; nothing can be written to it.
    public var isGenerated: Bool
    /// An insert may leave it out.
    public var isOptional: Bool

    public init(_ name: String, kind: CopyKind?, isGenerated: Bool = false, isOptional: Bool = false) {
        self.name = name
        self.kind = kind
        self.isGenerated = isGenerated
        self.isOptional = isOptional
    }
}
