/// Who may make an account (`DASH_REGISTRATION`).
public enum Registration: String, Sendable, CaseIterable {
    /// Anybody.
    case open
    /// Only who has been invited into a team.
    case invite
}
