public import DashModel
public import FoundationEssentials

/// An offer to join a team, as its token shows it.
public struct Invitation: Sendable, Hashable {
    public var id: UUID
    public var team: UUID
    public var teamName: String
    public var email: String
    public var role: Role
    public var expiresAt: Timestamp

    public init(id: UUID, team: UUID, teamName: String, email: String, role: Role, expiresAt: Timestamp) {
        self.id = id
        self.team = team
        self.teamName = teamName
        self.email = email
        self.role = role
        self.expiresAt = expiresAt
    }
}
