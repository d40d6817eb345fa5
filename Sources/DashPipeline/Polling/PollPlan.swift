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

    /// No due time is taken longer before it comes.
    static let furthest = Duration.milliseconds(50)
    /// A due time this late still counts as on time.
    static let tolerance = Duration.seconds(2)
    /// Of a long outage only the newest due times are recorded one by one.
    static let maxRecorded = 100

    /// A pipeline that is due again sooner has its next due time shown no more often.
    static let showing = Duration.seconds(5)

    /// A pipeline's place; the heap names it by number, which costs less than to look its pipeline up.
    private struct Place {
        var pipeline: UUID
        /// nil: the place is free.
        var item: Item?
        var jobs: PollJobs
        var dueAt: Timestamp?
        /// The next due time as it was told last.
        var shown: Timestamp?
    }

    private var places: [Place] = []
    private var free: [Int] = []
    private var placeOf: [UUID: Int] = [:]
    private var heap = ScheduleHeap()

    var count: Int { placeOf.count }

    func item(_ pipeline: UUID) -> Item? { placeOf[pipeline].flatMap { places[$0].item } }

    /// Plans a pipeline: from the due time after `base`, in the past when some were missed. Returns that due time.
    @discardableResult
    mutating func set(_ pipeline: UUID, _ item: Item, after base: Timestamp) -> Timestamp? {
        let next = item.schedule.next(after: base)
        let place = placeOf[pipeline] ?? newPlace(for: pipeline, of: item.team)
        placeOf[pipeline] = place
        let jobs = PollJobs(pipeline: pipeline, team: item.team)
        places[place] = Place(pipeline: pipeline, item: item, jobs: jobs, dueAt: next)
        if let next { heap.push(.init(dueAt: next, place: place)) }
        return next
    }

    mutating func remove(_ pipeline: UUID) {
        guard let place = placeOf.removeValue(forKey: pipeline) else { return }
        places[place] = Place(pipeline: pipeline, jobs: places[place].jobs)
        free.append(place)
    }

    /// The soonest due time of all.
    mutating func nextDue() -> Timestamp? {
        while let top = heap.top {
            if places[top.place].dueAt == top.dueAt { return top.dueAt }
            heap.pop()
        }
        return nil
    }

    /// Everything that is due by then, with what is to become of it; plans the next due times. `ahead`: how long before
    /// they come due times are taken as well, at most `furthest`. When there are `limit`, the next call gives more.
    mutating func takeDue(
        _ now: Timestamp,
        ahead: Duration = .zero,
        limit: Int = .max,
        hindrance: (UUID) -> Hindrance?
    ) -> [DueTime] {
        let end = now + min(ahead, Self.furthest)
        var result: [DueTime] = []
        while result.count < limit, let first = nextDue(), first <= end, let place = heap.top?.place,
            let item = places[place].item
        {
            let hindrance = hindrance(places[place].pipeline)
            var next = item.schedule.next(after: first)
            if let following = next, following <= end {
                let (times, earlier) = item.schedule.times(from: first, through: end, limit: Self.maxRecorded)
                for (index, time) in times.enumerated() {
                    let isNewest = index == times.count - 1
                    let missed = missed(
                        item.misfire,
                        isNewest: isNewest,
                        isLate: now - time > Self.tolerance,
                        hindrance
                    )
                    add(
                        time,
                        of: place,
                        item,
                        index == 0 ? missed.map { Self.adding(earlier, to: $0) } : missed,
                        to: &result
                    )
                }
                next = item.schedule.next(after: end)
            } else {
                let missed = missed(item.misfire, isNewest: true, isLate: now - first > Self.tolerance, hindrance)
                add(first, of: place, item, missed, to: &result)
            }
            places[place].dueAt = next
            if let next {
                heap.replaceTop(with: .init(dueAt: next, place: place))
                if shows(next, at: place) { result[result.count - 1].nextDueAt = next }
            } else {
                heap.pop()
            }
        }
        return result
    }

    private mutating func newPlace(for pipeline: UUID, of team: UUID) -> Int {
        if let place = free.popLast() { return place }
        places.append(Place(pipeline: pipeline, jobs: PollJobs(pipeline: pipeline, team: team)))
        return places.count - 1
    }

    /// Whether the next due time is to be told. Many pipelines that were planned together take turns from then on.
    private mutating func shows(_ next: Timestamp, at place: Int) -> Bool {
        guard let shown = places[place].shown else {
            places[place].shown = next - Self.showing * (Double(place % 64) / 64)
            return true
        }
        guard next - shown > Self.showing else { return false }
        places[place].shown = next
        return true
    }

    /// `missed`: what keeps it from running.
    private func add(
        _ time: Timestamp,
        of place: Int,
        _ item: Item,
        _ missed: DueTime.State?,
        to result: inout [DueTime]
    ) {
        var due = DueTime(pipeline: places[place].pipeline, dueAt: time)
        if let missed {
            due.state = missed
        } else {
            due.job = places[place].jobs.job(dueAt: time, trigger: .schedule, isOnly: item.misfire != .all)
        }
        result.append(due)
    }

    /// nil: it runs.
    private func missed(
        _ policy: MisfirePolicy,
        isNewest: Bool,
        isLate: Bool,
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
