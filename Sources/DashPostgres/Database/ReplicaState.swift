/// How a replica does, for `/readyz` and `/metrics`.
public struct ReplicaState: Sendable, Hashable {
    public var name: String
    /// Whether reads go to it.
    public var isServing: Bool
    /// How far it is behind the primary; nil when it does not answer, or is behind all that is known.
    public var lag: Duration?
}
