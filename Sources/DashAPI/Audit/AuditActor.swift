import DashModel
import FoundationEssentials

/// Who did what the audit trail tells of.
enum AuditActor: Sendable {
    case user(UUID)
    case token(UUID)
    /// The command line, or nobody who is known.
    case system

    init(_ principal: Principal) {
        switch principal.kind {
        case .user(let id): self = .user(id)
        case .token(let id, _): self = .token(id)
        }
    }

    var type: String {
        switch self {
        case .user: "user"
        case .token: "api_token"
        case .system: "system"
        }
    }

    var id: UUID? {
        switch self {
        case .user(let id), .token(let id): id
        case .system: nil
        }
    }
}
