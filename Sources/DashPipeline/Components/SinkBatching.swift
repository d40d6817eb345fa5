/// How many neighbouring deliveries a sink takes at once: as soon as one limit is reached, what is there is sent.
public struct SinkBatching: Sendable, Hashable {
    public var records: Int
    public var bytes: Int
    /// How long the oldest delivery waits for others; zero sends at once what is there.
    public var wait: Duration

    public init(records: Int = 1_000, bytes: Int = 1 << 20, wait: Duration = .zero) {
        self.records = records
        self.bytes = bytes
        self.wait = wait
    }
}
