public import DashModel
public import FoundationEssentials

/// A signed-in browser and the team that it works in.
public struct Session: Sendable, Hashable {
    public var id: UUID
    public var user: UUID
    public var email: String
    /// nil when the person belongs to no team any more.
    public var team: TeamMembership?
    public var csrfToken: String
    public var expiresAt: Timestamp
    /// Whether a mail has reached the person at the address.
    public var isConfirmed: Bool

    public init(
        id: UUID,
        user: UUID,
        email: String,
        team: TeamMembership?,
        csrfToken: String,
        expiresAt: Timestamp,
        isConfirmed: Bool = false
    ) {
        self.id = id
        self.user = user
        self.email = email
        self.team = team
        self.csrfToken = csrfToken
        self.expiresAt = expiresAt
        self.isConfirmed = isConfirmed
    }

    /// Who asks; nil without a team.
    public var principal: Principal? { team.map { .user(user, team: $0.team, role: $0.role) } }
}
