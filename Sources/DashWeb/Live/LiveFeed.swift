import DashExchange
import DashModel
import FoundationEssentials

/// What fills a channel: runs while somebody looks, and a little longer.
protocol LiveFeed: AnyObject, Sendable {
    var channel: LiveChannel { get }

    /// Records of a pipeline that it watches are durable, or some were missed.
    func note(_ element: Subscription.Element, of pipeline: UUID)

    /// Its dashboard, its widgets or its pipeline were changed.
    func noteChange()

    /// A viewer has joined.
    func noteViewer()

    /// Computes and publishes until nobody has looked for a while or the task is cancelled.
    func run() async
}

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
