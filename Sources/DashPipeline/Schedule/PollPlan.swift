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

    /// Due times this close together share one transaction, so that each is recorded, with its job, about when it comes.
    static let coalescing = Duration.milliseconds(8)
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
        let place = placeOf[pipeline] ?? newPlace()
        placeOf[pipeline] = place
        places[place] = Place(pipeline: pipeline, item: item, dueAt: next)
        if let next { heap.push(.init(dueAt: next, place: place)) }
        return next
    }

    mutating func remove(_ pipeline: UUID) {
        guard let place = placeOf.removeValue(forKey: pipeline) else { return }
        places[place].item = nil
        places[place].dueAt = nil
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

    /// Everything that is due, with what is to become of it; plans the next due times.
    mutating func takeDue(_ now: Timestamp, hindrance: (UUID) -> Hindrance?) -> [DueTime] {
        let end = now + Self.coalescing
        var result: [DueTime] = []
        while let first = nextDue(), first <= end, let place = heap.top?.place, let item = places[place].item {
            let pipeline = places[place].pipeline
            let (times, earlier) = item.schedule.times(from: first, through: end, limit: Self.maxRecorded)
            add(pipeline, item, times, earlier, now, hindrance(pipeline), to: &result)
            let next = item.schedule.next(after: end)
            places[place].dueAt = next
            if let next {
                heap.replaceTop(with: .init(dueAt: next, place: place))
                if !times.isEmpty, shows(next, at: place) { result[result.count - 1].nextDueAt = next }
            } else {
                heap.pop()
            }
        }
        return result
    }

    private mutating func newPlace() -> Int {
        if let place = free.popLast() { return place }
        places.append(Place(pipeline: UUID()))
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

    private func add(
        _ pipeline: UUID,
        _ item: Item,
        _ times: [Timestamp],
        _ earlier: Int,
        _ now: Timestamp,
        _ hindrance: Hindrance?,
        to result: inout [DueTime]
    ) {
        for (index, time) in times.enumerated() {
            let isNewest = index == times.count - 1
            var due = DueTime(pipeline: pipeline, dueAt: time)
            if let state = missed(item.misfire, isNewest, now - time > Self.tolerance, hindrance) {
                due.state = index == 0 ? Self.adding(earlier, to: state) : state
            } else {
                let parameters = PollParameters(pipeline: pipeline, dueAt: time, trigger: .schedule)
                due.job = parameters.job(team: item.team, isOnly: item.misfire != .all)
            }
            result.append(due)
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
