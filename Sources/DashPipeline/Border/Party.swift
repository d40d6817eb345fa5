public import FoundationEssentials

/// Among whom something is shared out.
public enum Party: Sendable, Hashable {
    case team(UUID)
    case token(UUID)
    /// An address of a client; of IPv6 its /64.
    case address(String)
    /// All addresses of a network, as one provider's customer has it.
    case network(String)
    /// An account as somebody names it, or a browser that is known to be one's.
    case person(String)
    /// A public link, by its stored hash.
    case link(String)
    /// All of them together.
    case node
}
