import FoundationEssentials
import Synchronization

/// Ties a dashboard's feed to its hub: the feed says which pipelines it shows.
final class FeedWatch: Sendable {
    private struct Ends {
        weak var hub: LiveHub?
        weak var feed: DashboardFeed?
    }

    private let ends: Mutex<Ends>

    init(hub: LiveHub) { ends = Mutex(Ends(hub: hub)) }

    func attach(_ feed: DashboardFeed) { ends.withLock { $0.feed = feed } }

    func set(_ pipelines: Set<UUID>) {
        let (hub, feed) = ends.withLock { ($0.hub, $0.feed) }
        guard let hub, let feed else { return }
        hub.watch(pipelines, for: feed)
    }
}
