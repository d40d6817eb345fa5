/// How much one data query may read and how long it may take.
public struct QueryLimits: Sendable, Hashable {
    /// Records, each counted as often as it is worked on.
    public var cost: Int
    public var time: Duration
    /// Processes that the server may put to work on it beside its own; an engine without such has none.
    public var workers: Int

    public init(cost: Int = 20_000_000, time: Duration = .seconds(10), workers: Int = 0) {
        self.cost = cost
        self.time = time
        self.workers = workers
    }

    /// What the engines say when the time is over.
    package var overtime: String {
        "The query took longer than \(time.components.seconds) s; narrow its range or filters, or group by less."
    }
}
