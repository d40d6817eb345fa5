public import FoundationEssentials

/// In whose turn a password is hashed.
public enum HashTurn: Sendable, Hashable {
    /// Somebody who is signed in, holds a link of a mail, or uses a browser that they have signed in with before.
    case known(UUID)
    /// Whoever comes from that address.
    case stranger(String?)
}
