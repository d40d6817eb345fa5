/// What a pool does at the moment and has done, for `/metrics`.
public struct PoolStatistics: Sendable, Hashable {
    public var name: String
    public var connections: Int
    public var idle: Int
    public var waiting: Int
    /// How often a connection was lent, and how long was waited for it in all.
    public var served: Int
    public var waited: Duration
    public var refused: Int
}
