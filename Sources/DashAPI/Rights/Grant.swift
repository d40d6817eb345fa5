public import DashModel
public import FoundationEssentials

/// By what somebody does something that lasts: a session or a token in one team, and what it must go on to allow.
public struct Grant: Sendable, Hashable {
    public enum Basis: Sendable, Hashable {
        case session(UUID, user: UUID)
        case token(UUID)
    }

    public var basis: Basis
    public var team: UUID
    public var action: ResourceAction
    public var resource: String

    public init(_ basis: Basis, in team: UUID, to action: ResourceAction, on resource: String) {
        self.basis = basis
        self.team = team
        self.action = action
        self.resource = resource
    }

    /// nil when nobody asks, or nobody whose right could end.
    public init?(_ context: DashRequestContext, to action: ResourceAction, on resource: String) {
        guard let principal = context.principal else { return nil }
        switch principal.kind {
        case .token(let id, _): self.init(.token(id), in: principal.team, to: action, on: resource)
        case .user(let user):
            guard let session = context.session else { return nil }
            self.init(.session(session.id, user: user), in: principal.team, to: action, on: resource)
        }
    }
}
