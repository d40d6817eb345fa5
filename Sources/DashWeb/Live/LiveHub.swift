public import DashExchange
import DashModel
public import DashPipeline
public import DashStorage
import FoundationEssentials
public import Logging
public import ServiceLifecycle
import Synchronization

/// Moves what happens to everybody who looks. It listens to each pipeline once, however many dashboards and viewers show
/// it, and computes each widget once for all of them.
public final class LiveHub: Service {
    struct State {
        var channels: [LiveTopic: any LiveFeed] = [:]
        /// Which feeds want a pipeline's records.
        var watchers: [UUID: [ObjectIdentifier: any LiveFeed]] = [:]
        /// Ends the listening to a pipeline.
        var listeners: [UUID: WakeSignal] = [:]
        var isStopped = false
    }

    enum Work: Sendable {
        case feed(LiveTopic, any LiveFeed)
        case listen(UUID, Subscription, stop: WakeSignal)
    }

    let store: Store
    let operations: any PipelineOperations
    let pubsub: any PubSub
    let logger: Logger
    let answers: WidgetAnswers
    let state = Mutex(State())
    /// Bounded by the number of open channels and watched pipelines.
    private let work: AsyncStream<Work>
    private let workSource: AsyncStream<Work>.Continuation
    private let viewerLimit: Int

    public init(
        store: Store,
        operations: any PipelineOperations,
        pubsub: any PubSub,
        queries: DataQueries,
        metrics: MetricsRegistry = MetricsRegistry(),
        logger: Logger,
        viewerLimit: Int = 20_000
    ) {
        self.store = store
        self.operations = operations
        self.pubsub = pubsub
        self.logger = logger
        answers = WidgetAnswers(queries: queries, metrics: metrics, logger: logger)
        self.viewerLimit = viewerLimit
        (work, workSource) = AsyncStream.makeStream(of: Work.self)
        metrics.reading("dash_streams", "Open streams of live views.") { [weak self] in
            Double(self?.viewerCount ?? 0)
        }
    }

    /// Open streams, for the metrics.
    public var viewerCount: Int {
        state.withLock { Array($0.channels.values) }.reduce(0) { $0 + $1.channel.viewerCount }
    }

    /// Opens a stream; the caller has checked that the viewer may see it. Throws `DashError` `.unavailable` when there are
    /// too many.
    func open(
        _ topic: LiveTopic,
        as audience: LiveAudience,
        after position: LivePosition?,
        holding place: Caps.Place? = nil
    ) throws -> LiveViewer {
        guard viewerCount < viewerLimit else {
            throw DashError(.unavailable, "Too many live views are open.", retryAfter: .seconds(5))
        }
        while true {
            let feed = try feed(of: topic)
            let viewer = LiveViewer(of: feed.channel, as: audience, after: position, holding: place)
            if feed.channel.add(viewer) {
                feed.noteViewer()
                return viewer
            }
            state.withLock { state in
                if state.channels[topic] === feed { state.channels[topic] = nil }
            }
        }
    }

    /// Ends every stream that a public link of the dashboard opened, at once.
    func closePublicViews(of dashboard: UUID) {
        let feeds = state.withLock { $0.channels.filter { $0.key.dashboard == dashboard }.values }
        for feed in feeds {
            feed.channel.close { if case .link = $0 { true } else { false } }
        }
    }

    public func run() async throws {
        await withGracefulShutdownHandler {
            await cancelWhenGracefulShutdown {
                await withDiscardingTaskGroup { group in
                    group.addTask { await self.followChanges() }
                    group.addTask { await self.beat() }
                    group.addTask { await self.answers.run(self.pubsub) }
                    for await item in self.work { group.addTask { await self.perform(item) } }
                    group.cancelAll()
                }
            }
        } onGracefulShutdown: {
            self.stop()
        }
        stop()
    }

    /// Ends all streams: browsers come back to the next node, or to this one's next life.
    func stop() {
        let feeds = state.withLock { state in
            state.isStopped = true
            defer { state.channels = [:] }
            return Array(state.channels.values)
        }
        workSource.finish()
        answers.stop()
        for feed in feeds { feed.channel.close() }
    }

    private func feed(of topic: LiveTopic) throws -> any LiveFeed {
        let (feed, isNew): (any LiveFeed, Bool) = try state.withLock { state in
            guard !state.isStopped else {
                throw DashError(.unavailable, "The server is going down.", retryAfter: .seconds(1))
            }
            if let feed = state.channels[topic] { return (feed, false) }
            let feed = makeFeed(topic)
            state.channels[topic] = feed
            return (feed, true)
        }
        if isNew {
            // Listen before the feed first looks, so that nothing falls in between.
            if case .tail(let pipeline, _) = topic { watch([pipeline], for: feed) }
            workSource.yield(.feed(topic, feed))
        }
        return feed
    }

    private func makeFeed(_ topic: LiveTopic) -> any LiveFeed {
        switch topic {
        case .tail(let pipeline, _):
            return TailFeed(pipeline: pipeline, operations: operations, logger: logger)
        case .dashboard(let dashboard, let team):
            let watch = FeedWatch(hub: self)
            let feed = DashboardFeed(
                dashboard: dashboard,
                team: team,
                store: store,
                answers: answers,
                logger: logger,
                watch: { watch.set($0) }
            )
            watch.attach(feed)
            return feed
        }
    }

    private func perform(_ item: Work) async {
        switch item {
        case .feed(let topic, let feed):
            await feed.run()
            watch([], for: feed)
            state.withLock { state in
                if state.channels[topic] === feed { state.channels[topic] = nil }
            }
        case .listen(let pipeline, let subscription, let stop):
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await self.listen(to: subscription, of: pipeline) }
                group.addTask { await stop.wait() }
                await group.next()
                group.cancelAll()
            }
        }
    }

    private func listen(to subscription: Subscription, of pipeline: UUID) async {
        for await element in subscription {
            let feeds = state.withLock { Array($0.watchers[pipeline, default: [:]].values) }
            for feed in feeds { feed.note(element, of: pipeline) }
        }
    }

    /// Sets which pipelines' records a feed gets.
    func watch(_ pipelines: Set<UUID>, for feed: any LiveFeed) {
        let id = ObjectIdentifier(feed)
        let (added, removed): ([(UUID, WakeSignal)], [WakeSignal]) = state.withLock { state in
            var added: [(UUID, WakeSignal)] = []
            var removed: [WakeSignal] = []
            for pipeline in Array(state.watchers.keys) where !pipelines.contains(pipeline) {
                guard state.watchers[pipeline]?.removeValue(forKey: id) != nil else { continue }
                if state.watchers[pipeline]?.isEmpty == true {
                    state.watchers[pipeline] = nil
                    if let listener = state.listeners.removeValue(forKey: pipeline) { removed.append(listener) }
                }
            }
            for pipeline in pipelines {
                state.watchers[pipeline, default: [:]][id] = feed
                if state.listeners[pipeline] == nil {
                    let stop = WakeSignal()
                    state.listeners[pipeline] = stop
                    added.append((pipeline, stop))
                }
            }
            return (added, removed)
        }
        for stop in removed { stop.wake() }
        for (pipeline, stop) in added {
            let subscription = pubsub.subscribe(to: [.pipeline(pipeline)], buffering: 64)
            workSource.yield(.listen(pipeline, subscription, stop: stop))
        }
    }

    private func beat() async {
        while !Task.isCancelled {
            // It ends early only by cancellation, which the loop sees.
            try? await Task.sleep(for: LivePace.heartbeat)
            for feed in state.withLock({ Array($0.channels.values) }) { feed.channel.beat() }
        }
    }
}
