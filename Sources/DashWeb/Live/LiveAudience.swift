import DashModel
import FoundationEssentials

/// As what somebody looks at a channel: decides when the stream must end.
enum LiveAudience: Sendable, Hashable {
    case member(team: UUID)
    /// By a public link; the text is the link's stored hash.
    case link(String)
}
