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
