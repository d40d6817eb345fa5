/// At most so many things of a kind that last, of one party.
public struct Cap: Sendable, Hashable {
    /// In messages and metrics: "streams".
    public var kind: String
    public var party: Party
    public var limit: Int

    public init(_ kind: String, of party: Party, limit: Int) {
        self.kind = kind
        self.party = party
        self.limit = limit
    }
}
