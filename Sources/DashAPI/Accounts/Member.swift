public import DashModel
public import FoundationEssentials

/// A person in a team, for the members page.
public struct Member: Sendable, Hashable {
    public var membership: UUID
    public var user: UUID
    public var email: String
    public var role: Role
    public var isActive: Bool
    /// The membership's, for the form that changes it.
    public var version: String

    public init(membership: UUID, user: UUID, email: String, role: Role, isActive: Bool, version: String = "") {
        self.membership = membership
        self.user = user
        self.email = email
        self.role = role
        self.isActive = isActive
        self.version = version
    }
}
