import DashJSON
import DashModel
import DashStorage
import FoundationEssentials

/// When each polling pipeline is due next, and what becomes of due times that could not run: a state machine without
/// clock or store.
struct PollPlan {
    struct Item: Sendable, Hashable {
        var team: UUID
        var schedule: PollSchedule
        var misfire: MisfirePolicy
        /// What is polled: a change of it is worth a new try.
        var source: JSONValue = nil
    }

    /// What keeps a pipeline from running now.
    enum Hindrance {
        /// Its last run is still going.
        case busy
        /// It failed so often that it is given a rest.
        case resting
    }

    /// Due times this close together share one transaction.
    static let coalescing = Duration.milliseconds(5)
    /// A due time this late still counts as on time.
    static let tolerance = Duration.seconds(2)
    /// Of a long outage only the newest due times are recorded one by one.
    static let maxRecorded = 100

    private var items: [UUID: Item] = [:]
    private var dueAt: [UUID: Timestamp] = [:]
    private var heap = ScheduleHeap()

    var count: Int { items.count }

    func item(_ pipeline: UUID) -> Item? { items[pipeline] }

    /// Plans a pipeline: from the due time after `base`, in the past when some were missed. Returns that due time.
    @discardableResult
    mutating func set(_ pipeline: UUID, _ item: Item, after base: Timestamp) -> Timestamp? {
        let next = item.schedule.next(after: base)
        items[pipeline] = item
        plan(pipeline, next)
        return next
    }

    mutating func remove(_ pipeline: UUID) {
        items[pipeline] = nil
        dueAt[pipeline] = nil
    }

    /// The soonest due time of all.
    mutating func nextDue() -> Timestamp? {
        while let top = heap.top {
            if dueAt[top.pipeline] == top.dueAt { return top.dueAt }
            _ = heap.pop()
        }
        return nil
    }

    /// Everything that is due, with what is to become of it; plans the next due times.
    mutating func takeDue(_ now: Timestamp, hindrance: (UUID) -> Hindrance?) -> [DueTime] {
        var result: [DueTime] = []
        while let next = nextDue(), next <= now + Self.coalescing, let entry = heap.pop() {
            guard let item = items[entry.pipeline] else { continue }
            let end = now + Self.coalescing
            let (times, earlier) = item.schedule.times(from: entry.dueAt, through: end, limit: Self.maxRecorded)
            let next = item.schedule.next(after: end)
            result += dueTimes(entry.pipeline, item, times, earlier, now, hindrance(entry.pipeline))
            if !times.isEmpty { result[result.count - 1].nextDueAt = next }
            plan(entry.pipeline, next)
        }
        return result
    }

    private mutating func plan(_ pipeline: UUID, _ time: Timestamp?) {
        dueAt[pipeline] = time
        if let time { heap.push(.init(dueAt: time, pipeline: pipeline)) }
    }

    private func dueTimes(
        _ pipeline: UUID,
        _ item: Item,
        _ times: [Timestamp],
        _ earlier: Int,
        _ now: Timestamp,
        _ hindrance: Hindrance?
    ) -> [DueTime] {
        times.enumerated().map { index, time in
            let isNewest = index == times.count - 1
            var due = DueTime(pipeline: pipeline, dueAt: time)
            if let state = missed(item.misfire, isNewest, now - time > Self.tolerance, hindrance) {
                due.state = index == 0 ? Self.adding(earlier, to: state) : state
            } else {
                let parameters = PollParameters(pipeline: pipeline, dueAt: time, trigger: .schedule)
                due.job = parameters.job(team: item.team, isOnly: item.misfire != .all)
            }
            return due
        }
    }

    /// nil: it runs.
    private func missed(
        _ policy: MisfirePolicy,
        _ isNewest: Bool,
        _ isLate: Bool,
        _ hindrance: Hindrance?
    ) -> DueTime.State? {
        switch (hindrance, policy) {
        case (.resting, _): .skipped(reason: "resting after repeated failures")
        case (.busy, .latest): .coalesced(reason: "run longer than interval")
        case (.busy, .skip): .skipped(reason: "run longer than interval")
        case (_, .all): nil
        case (nil, .latest): isNewest ? nil : .coalesced(reason: "missed while no node could run it")
        case (nil, .skip): isNewest && !isLate ? nil : .skipped(reason: "missed while no node could run it")
        }
    }

    private static func adding(_ earlier: Int, to state: DueTime.State) -> DueTime.State {
        guard earlier > 0 else { return state }
        return switch state {
        case .skipped(let reason): .skipped(reason: "\(reason), with \(earlier) earlier ones")
        case .coalesced(let reason): .coalesced(reason: "\(reason), with \(earlier) earlier ones")
        default: state
        }
    }
}
