public import DashModel
public import FoundationEssentials

/// A team that a person belongs to, and as what.
public struct TeamMembership: Sendable, Hashable {
    public var team: UUID
    public var name: String
    public var slug: String
    public var role: Role

    public init(team: UUID, name: String, slug: String, role: Role) {
        self.team = team
        self.name = name
        self.slug = slug
        self.role = role
    }
}
