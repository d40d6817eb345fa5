import DashExchange
import DashModel
import DashStorage
import FoundationEssentials
import Logging
import Synchronization

/// Computes a dashboard's widgets: each once per change and tick, whoever looks, and publishes those that look different.
final class DashboardFeed: LiveFeed {
    private struct Pending {
        var mustReload = true
        var hasNewViewer = true
        /// Pipelines with new records.
        var pipelines: Set<UUID> = []
        /// Computed and not yet shown.
        var answers: [WidgetAnswer] = []
    }

    let channel = LiveChannel(.latest(FrameLog()))
    private let dashboard: UUID
    private let team: UUID
    private let store: Store
    private let answers: WidgetAnswers
    private let logger: Logger
    /// Has the hub send the records of those pipelines here.
    private let watch: @Sendable (Set<UUID>) -> Void
    private let wakeup = WakeSignal()
    private let pending = Mutex(Pending())

    init(
        dashboard: UUID,
        team: UUID,
        store: Store,
        answers: WidgetAnswers,
        logger: Logger,
        watch: @escaping @Sendable (Set<UUID>) -> Void
    ) {
        self.dashboard = dashboard
        self.team = team
        self.store = store
        self.answers = answers
        self.logger = logger
        self.watch = watch
    }

    func note(_ element: Subscription.Element, of pipeline: UUID) {
        answers.note(element, of: pipeline)
        _ = pending.withLock { $0.pipelines.insert(pipeline) }
        wakeup.wake()
    }

    func noteChange() {
        pending.withLock { $0.mustReload = true }
        wakeup.wake()
    }

    func noteViewer() {
        pending.withLock { $0.hasNewViewer = true }
        wakeup.wake()
    }

    func run() async {
        await withDiscardingTaskGroup { group in
            var schedule = WidgetSchedule()
            while !Task.isCancelled {
                if channel.viewerCount == 0 {
                    await wakeup.wait(for: LivePace.linger)
                    if channel.viewerCount == 0, channel.closeIfUnwatched() { break }
                    continue
                }
                let taken = take()
                if taken.mustReload, await !reload(&schedule) { break }
                if taken.hasNewViewer { schedule.markStale(at: .now) }
                for answer in taken.answers where schedule.finish(answer) { publish(answer) }
                schedule.markChanged(taken.pipelines)
                let due = schedule.takeDue(at: .now, limit: LivePace.concurrentQueries)
                for widget in due { group.addTask { await self.compute(widget) } }
                if due.isEmpty { await wait(for: schedule) }
            }
            group.cancelAll()
        }
        channel.close()
    }

    private func take() -> Pending {
        pending.withLock { pending in
            let taken = pending
            pending = Pending(mustReload: false, hasNewViewer: false)
            return taken
        }
    }

    private func wait(for schedule: WidgetSchedule) async {
        if let next = schedule.nextDue(at: .now, limit: LivePace.concurrentQueries) {
            await wakeup.wait(for: max(.milliseconds(1), next))
        } else {
            await wakeup.wait()
        }
    }

    /// False when the dashboard is gone.
    private func reload(_ schedule: inout WidgetSchedule) async -> Bool {
        do {
            guard let definition = try await DashboardDefinition.load(dashboard, in: team, from: store) else {
                return false
            }
            watch(Set(definition.widgets.compactMap { $0.query?.pipeline }))
            schedule.replace(definition.widgets, refresh: definition.refreshInterval)
            let keys = Set(definition.widgets.map(\.key) + [Self.layoutKey])
            let layout = Self.layout(definition.version)
            channel.update { log in
                guard case .latest(var frames) = log else { return }
                frames.keep(only: keys)
                frames.append(key: Self.layoutKey, event: "layout", data: layout)
                log = .latest(frames)
            }
        } catch {
            logger.warning(
                "A dashboard could not be read",
                metadata: ["dashboard": "\(dashboard.text)", "error": "\(String(reflecting: error))"]
            )
            pending.withLock { $0.mustReload = true }
            // The store is in trouble: leave it a moment. Cancellation ends the sleep and the loop sees it.
            try? await Task.sleep(for: .seconds(1))
        }
        return true
    }

    private func compute(_ widget: WidgetDefinition) async {
        let answer = await answers.current(widget, of: team)
        pending.withLock { $0.answers.append(answer) }
        wakeup.wake()
    }

    private func publish(_ answer: WidgetAnswer) {
        channel.update { log in
            guard case .latest(var frames) = log else { return }
            frames.append(key: answer.widget.key, event: "widget", data: answer.frame.bytes)
            log = .latest(frames)
        }
    }

    private static let layoutKey = "layout"

    private static func layout(_ version: String) -> [UInt8] { Array("{\"version\":\"\(version)\"}".utf8) }
}
