/// How many may be at work at once, and how many may wait for it.
public struct TurnLimits: Sendable, Hashable {
    public var slots: Int
    /// One party never holds more of the slots, so that the others always find one.
    public var share: Int
    /// How many may wait, all together, of one party, and of one group of parties.
    public var queue: Int
    public var queueShare: Int
    public var groupShare: Int
    public var patience: Duration

    public init(
        slots: Int,
        share: Int,
        queue: Int = 1_000,
        queueShare: Int = 250,
        groupShare: Int? = nil,
        patience: Duration = .seconds(20)
    ) {
        self.slots = max(1, slots)
        self.share = min(max(1, share), self.slots)
        self.queue = queue
        self.queueShare = queueShare
        self.groupShare = groupShare ?? queue
        self.patience = patience
    }
}
