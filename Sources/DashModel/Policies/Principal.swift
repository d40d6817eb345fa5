public import FoundationEssentials

/// Who asks: a signed-in member acting in one team, or a token of one team.
public struct Principal: Sendable, Hashable {
    public enum Kind: Sendable, Hashable {
        case user(UUID)
        case token(UUID, scopes: Set<TokenScope>)
    }

    public var kind: Kind
    public var team: UUID
    /// The member's role; for a token, the role that its scopes amount to. nil: it may only ingest.
    public var role: Role?

    public static func user(_ id: UUID, team: UUID, role: Role) -> Principal {
        Principal(kind: .user(id), team: team, role: role)
    }

    /// A token that may manage acts as an admin, one that may read as a viewer.
    public static func token(_ id: UUID, team: UUID, scopes: Set<TokenScope>) -> Principal {
        let role: Role? = scopes.contains(.manage) ? .admin : scopes.contains(.read) ? .viewer : nil
        return Principal(kind: .token(id, scopes: scopes), team: team, role: role)
    }

    /// Whether it may post records to the pipeline.
    public func mayIngest(into pipeline: UUID) -> Bool {
        switch kind {
        case .user: false
        case .token(_, let scopes):
            scopes.contains(.manage) || scopes.contains(.ingestAll) || scopes.contains(.ingest(pipeline))
        }
    }
}
