import DashModel
import DashStorage
import FoundationEssentials

/// When each widget of a dashboard is computed next: at once after a change, but never more often than its pace allows,
/// and now and then without a change, as its range moves with the time.
struct WidgetSchedule {
    private struct Entry {
        var definition: WidgetDefinition
        var isChanged = true
        /// A computation is under way; the next waits for its end.
        var isRunning = false
        var pace = FramePace()
        var nextTick: ContinuousClock.Instant
        var tick: Duration
        var fingerprint: UInt64?
    }

    private var entries: [UUID: Entry] = [:]
    private var refresh: Duration = .seconds(1)

    mutating func replace(_ widgets: [WidgetDefinition], refresh: Duration) {
        self.refresh = refresh
        let now = ContinuousClock.now
        var next: [UUID: Entry] = [:]
        for widget in widgets {
            if let known = entries[widget.id], known.definition.updatedAt == widget.updatedAt {
                next[widget.id] = known
                next[widget.id]?.tick = max(refresh, known.tick)
            } else {
                var entry = Entry(definition: widget, nextTick: now + refresh, tick: refresh)
                entry.isRunning = entries[widget.id]?.isRunning ?? false
                next[widget.id] = entry
            }
        }
        entries = next
    }

    mutating func markChanged(_ pipelines: Set<UUID>) {
        guard !pipelines.isEmpty else { return }
        for (id, entry) in entries {
            if let query = entry.definition.query, pipelines.contains(query.pipeline) { entries[id]?.isChanged = true }
        }
    }

    /// Somebody came: what was not computed for a while is computed now.
    mutating func markStale(at now: ContinuousClock.Instant) {
        for (id, entry) in entries where entry.nextTick <= now { entries[id]?.isChanged = true }
    }

    /// The widgets to compute now, so that at most `limit` run at once; `finish` says when one is done.
    mutating func takeDue(at now: ContinuousClock.Instant, limit: Int) -> [WidgetDefinition] {
        var due: [WidgetDefinition] = []
        var room = limit - entries.values.count { $0.isRunning }
        for (id, entry) in entries where room > 0 && !entry.isRunning {
            let isTick = entry.nextTick <= now && entry.definition.query != nil
            guard entry.isChanged || isTick, entry.pace.delay(at: now) == .zero else { continue }
            entries[id]?.isChanged = false
            entries[id]?.nextTick = now + entry.tick
            entries[id]?.pace.take(at: now)
            entries[id]?.isRunning = true
            room -= 1
            due.append(entry.definition)
        }
        return due
    }

    /// How long until a widget is due; nil when none will be without a change, or before a computation is done.
    func nextDue(at now: ContinuousClock.Instant, limit: Int) -> Duration? {
        guard entries.values.count(where: { $0.isRunning }) < limit else { return nil }
        return entries.values.lazy.filter { !$0.isRunning }.compactMap { entry in
            let pace = entry.pace.delay(at: now)
            if entry.isChanged { return pace }
            guard entry.definition.query != nil else { return nil }
            return max(pace, now.duration(to: entry.nextTick))
        }.min()
    }

    /// Notes how a computation went; true when its answer looks different from the last one.
    mutating func finish(_ answer: WidgetAnswer) -> Bool {
        guard var entry = entries[answer.widget.id] else { return false }
        entry.isRunning = false
        // Cheap queries keep the full rate; dear ones leave the store four fifths of the time.
        let rest = answer.duration * LivePace.restFactor
        if rest > LivePace.frameInterval { entry.pace.rest(rest) }
        // Without new records an answer changes as its range moves.
        entry.tick = max(refresh, answer.lifetime)
        entry.nextTick = .now + entry.tick
        // An answer to a query that was changed meanwhile is not worth showing.
        let isCurrent = entry.definition.updatedAt == answer.widget.updatedAt
        let isDifferent = isCurrent && entry.fingerprint != answer.frame.fingerprint
        if isDifferent { entry.fingerprint = answer.frame.fingerprint }
        entries[answer.widget.id] = entry
        return isDifferent
    }
}
