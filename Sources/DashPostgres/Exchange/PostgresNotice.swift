/// What the listening connection of a node hears.
public enum PostgresNotice: Sendable, Hashable {
    /// A committed transaction said `payload` on `channel`.
    case said(channel: String, payload: String)
    /// Something may have been said that was not heard: look again at the state.
    case missed
}
