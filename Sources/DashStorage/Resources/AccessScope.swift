public import FoundationEssentials

/// Whose rows a call may touch.
public enum AccessScope: Sendable, Hashable {
    /// Only rows that belong to the team.
    case team(UUID)
    /// Dash itself: sign-in, the scheduler, the lanes. Never made from a request's input.
    case system
}
