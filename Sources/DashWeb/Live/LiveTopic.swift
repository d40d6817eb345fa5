import DashModel
import FoundationEssentials

/// What one can look at live.
enum LiveTopic: Sendable, Hashable {
    case dashboard(UUID, team: UUID)
    case tail(UUID, team: UUID)

    var dashboard: UUID? { if case .dashboard(let id, _) = self { id } else { nil } }
    /// What one must be allowed to read.
    var resource: String {
        switch self {
        case .dashboard: Resources.dashboards.name
        case .tail: Resources.pipelines.name
        }
    }
    var team: UUID {
        switch self {
        case .dashboard(_, let team), .tail(_, let team): team
        }
    }
}
