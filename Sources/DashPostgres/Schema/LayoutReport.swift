/// How the records are laid out, and what the server refused.
public struct LayoutReport: Sendable, Hashable {
    public struct Refusal: Sendable, Hashable {
        public var statement: String
        public var sqlState: String
        public var standIn: String
    }

    public var edition: DatabaseEdition
    public var refusals: [Refusal]
    /// Whether records are in the GIN index from their arrival on.
    public var hasEagerIndex: Bool
}
