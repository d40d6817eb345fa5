/// How an attempt to reach somebody outside ended, as the egress log and its metric spell it.
public enum EgressOutcome: String, Sendable, CaseIterable {
    /// The other side answered, whatever it said.
    case answered
    /// The address is fine and given to a library that connects to it by itself.
    case passed
    /// The address was fine; the connection or the exchange was not.
    case failed
    /// The address may not be reached.
    case refused
    /// The name has no address.
    case unresolved
}
