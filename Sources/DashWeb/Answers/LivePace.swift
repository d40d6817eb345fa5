/// The rhythm of the live view.
enum LivePace {
    /// At most ten frames a second for each widget and tail.
    static let frameInterval: Duration = .milliseconds(100)
    /// A query may take at most about a fifth of the time.
    static let restFactor = 5
    /// How long a channel outlives its last viewer, so that a reconnect finds it.
    static let linger: Duration = .seconds(30)
    static let heartbeat: Duration = .seconds(15)
    /// Queries of one dashboard that run at once.
    static let concurrentQueries = 4
}
