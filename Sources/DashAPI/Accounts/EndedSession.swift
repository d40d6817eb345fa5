public import FoundationEssentials

/// A session that is over: what it held open has to end.
public struct EndedSession: Sendable, Hashable {
    public var id: UUID
    public var user: UUID
    /// The team that it worked in last.
    public var team: UUID?

    public init(id: UUID, user: UUID, team: UUID?) {
        self.id = id
        self.user = user
        self.team = team
    }
}
