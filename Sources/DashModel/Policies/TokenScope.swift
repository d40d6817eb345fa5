public import FoundationEssentials

/// What an API token may do in its team.
public enum TokenScope: Sendable, Hashable {
    case manage, read, ingestAll
    case ingest(UUID)

    public init?(text: some StringProtocol) {
        switch text {
        case "manage": self = .manage
        case "read": self = .read
        case "ingest": self = .ingestAll
        default:
            guard text.hasPrefix("ingest:"), let id = UUID(text: String(text.dropFirst(7))) else { return nil }
            self = .ingest(id)
        }
    }

    public var text: String {
        switch self {
        case .manage: "manage"
        case .read: "read"
        case .ingestAll: "ingest"
        case .ingest(let id): "ingest:\(id.text)"
        }
    }
}
