/// How the pools of a PostgreSQL installation behave; each has a setting of its own in `docs/operations.md`.
public struct PostgresTuning: Sendable, Hashable {
    /// Connections to the primary for writing.
    public var writers = 20
    /// Connections for reading, to each server that is read from.
    public var readers = 50
    /// Waiting longer than this for a connection is too long.
    public var queueTarget = Duration.milliseconds(5_000)
    /// When every wait of an interval was too long, new requests are refused until one is short again.
    public var queueInterval = Duration.milliseconds(1_000)
    /// How long a read waits for a replica that lacks what it must see, before the primary answers it.
    public var replicaWait = Duration.zero
    /// A replica further behind than this is not read from.
    public var replicaLag = Duration.seconds(10)
    /// How long one whose commit was not answered waits for the primary to say what became of it. Only the primary knows, so
    /// whoever is told sooner can but send again and, without an idempotency key, perhaps store twice; whoever waits longer
    /// than senders do waits for nobody.
    public var doubtLimit = Duration.seconds(20)
    /// Keeps the GIN index on every record from its arrival, which costs most of the insert speed.
    public var hasEagerIndex = false

    public init() {}
}
