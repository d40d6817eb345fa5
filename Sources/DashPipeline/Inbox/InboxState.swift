import DashModel
import FoundationEssentials

/// The inbox as a state machine: what waits, what is being saved, and which committing tasks sleep. Effects happen
/// outside the lock.
///
/// No two transactions at once hold parts of one pipeline, which keeps its records in order.
struct InboxState {
    typealias Sleeper = CheckedContinuation<Void, Never>
    typealias Instant = ContinuousClock.Instant

    enum Entry {
        case queued
        /// A committing task sleeps: resume it.
        case wake(Sleeper)
        case refused(DashError)
    }

    enum Next {
        /// `others` sleep though there is more to do, or nothing will come any more.
        case group(WaitingGroup, others: [Sleeper])
        case park
        /// More is about to come: sleep, no longer than this.
        case gather(until: Instant)
        case end(others: [Sleeper])
    }

    private let limits: InboxLimits
    private var waiting: [WaitingPart] = []
    private var sleepers: [Sleeper] = []
    /// The pipelines of the groups that are being saved, with their transactions' beginnings.
    private var held: [UUID: Instant] = [:]
    /// When the transactions that run began, by their groups' numbers.
    private var running: [Int: Instant] = [:]
    private var lastNumber = 0
    private var gathering = Gathering()
    private var shares = InboxShares()
    private var isDraining = false
    private(set) var rows = 0
    private(set) var bytes = 0

    init(limits: InboxLimits) { self.limits = limits }

    var count: Int { waiting.count }

    mutating func add(_ entry: WaitingPart) -> Entry {
        let part = entry.part
        if isDraining {
            return .refused(
                DashError(.unavailable, "the server is shutting down; nothing was stored", retryAfter: .seconds(5))
            )
        }
        if standsStill(entry, entry.enteredAt) { return .refused(Self.standing) }
        if let error = refusal(part) { return .refused(error) }
        waiting.append(entry)
        shares.add(part, now: entry.enteredAt)
        rows += part.rowCount
        bytes += part.byteCount
        guard isWorthWaking(entry), let sleeper = sleepers.popLast() else { return .queued }
        return .wake(sleeper)
    }

    mutating func next(now: Instant) -> Next {
        if waiting.isEmpty, isDraining {
            defer { sleepers = [] }
            return .end(others: sleepers)
        }
        guard hasWork(now) else {
            if let end = gathering.end, gathering.isOpen(now) { return .gather(until: end) }
            return .park
        }
        lastNumber += 1
        let group = WaitingGroup(number: lastNumber, parts: take(now))
        shares.serve(group.parts)
        gathering.take(group.parts.count)
        running[group.number] = now
        for entry in group.parts { held[entry.part.pipeline.id] = now }
        let wakesNext = hasWork(now) || gathering.isOpen(now)
        return .group(group, others: wakesNext ? sleepers.popLast().map { [$0] } ?? [] : [])
    }

    /// The group's transaction is over.
    mutating func finish(_ group: WaitingGroup, now: Instant) {
        let began = running.removeValue(forKey: group.number) ?? now
        for entry in group.parts { held[entry.part.pipeline.id] = nil }
        gathering.begin(
            answered: group.parts.count,
            rows: group.parts.reduce(0) { $0 + $1.part.rowCount },
            waiting: waiting.count,
            lasted: now - began,
            now: now,
            limits: limits
        )
    }

    /// The time to gather is over: a committing task that sleeps, when there is something to do.
    mutating func endGathering(now: Instant) -> Sleeper? { hasWork(now) ? sleepers.popLast() : nil }

    /// Puts a committing task to sleep; false when there is something to do after all.
    mutating func park(_ continuation: Sleeper, now: Instant) -> Bool {
        guard !hasWork(now), !(isDraining && waiting.isEmpty) else { return false }
        sleepers.append(continuation)
        return true
    }

    /// Takes nothing more; returns the committing tasks that sleep.
    mutating func drain() -> [Sleeper] {
        isDraining = true
        defer { sleepers = [] }
        return sleepers
    }

    /// Everything that waits, to be refused: the committing tasks are gone.
    mutating func abandon() -> [WaitingPart] {
        isDraining = true
        defer {
            waiting = []
            shares.removeAll()
            rows = 0
            bytes = 0
        }
        return waiting
    }

    /// Looks whether a transaction stands still: what it has held up for too long is to be refused with the error, and
    /// the committing task to be woken saves what it doesn't concern.
    mutating func look(now: Instant) -> (late: [WaitingPart], error: DashError, wake: Sleeper?) {
        guard running.contains(where: { now - $0.value >= limits.patience }) else { return ([], Self.standing, nil) }
        let wake = hasWork(now) ? sleepers.popLast() : nil
        var late: [WaitingPart] = []
        var left: [WaitingPart] = []
        for entry in waiting {
            if now - entry.enteredAt >= limits.patience, wake == nil || standsStill(entry, now) {
                late.append(entry)
                shares.remove(entry.part)
                rows -= entry.part.rowCount
                bytes -= entry.part.byteCount
            } else {
                left.append(entry)
            }
        }
        waiting = left
        return (late, Self.standing, wake)
    }

    private static var standing: DashError {
        DashError(.unavailable, "the database does not answer; nothing was stored", retryAfter: .seconds(1))
    }

    /// Whether the transaction ahead of the part stands still.
    private func standsStill(_ entry: WaitingPart, _ now: Instant) -> Bool {
        held[entry.part.pipeline.id].map { now - $0 >= limits.patience } ?? false
    }

    /// Whether a committing task should look at what waits, now that this came.
    private func isWorthWaking(_ entry: WaitingPart) -> Bool {
        if gathering.end != nil { return hasWork(entry.enteredAt) }
        return held[entry.part.pipeline.id] == nil && (rows >= limits.parallelRows || !isBusy(entry.enteredAt))
    }

    /// Whether a transaction is on its way.
    private func isBusy(_ now: Instant) -> Bool { running.contains { now - $0.value < limits.patience } }

    /// Whether a transaction should start now: always as the only one, otherwise when it brings enough.
    private func hasWork(_ now: Instant) -> Bool {
        let isGathering = gathering.holds(waiting.count, besideOthers: !running.isEmpty, now: now)
        if isGathering, rows < limits.groupRows, !isDraining { return false }
        if running.isEmpty { return !waiting.isEmpty }
        let enough = isBusy(now) ? limits.parallelRows : 1
        guard rows >= enough else { return false }
        var free = 0
        for entry in waiting where held[entry.part.pipeline.id] == nil {
            free += max(1, entry.part.rowCount)
            if free >= enough { return true }
        }
        return false
    }

    /// Why there is no room for the part: the inbox is full, or its team's share of it is while others wait. A team that
    /// has little waiting finds room even in an inbox that others have filled.
    private func refusal(_ part: CommitPart) -> DashError? {
        guard !waiting.isEmpty else { return nil }
        func exceeds(_ rows: Int, _ bytes: Int, _ share: Double) -> Bool {
            Double(rows + part.rowCount) > Double(limits.queueRows) * share
                || Double(bytes + part.byteCount) > Double(limits.queueBytes) * share
        }
        let team = part.pipeline.team
        let own = (rows: shares.rows(of: team), bytes: shares.bytes(of: team))
        let othersWait = shares.othersWait(beside: team)
        if othersWait, own.rows > 0 || own.bytes > 0, exceeds(own.rows, own.bytes, limits.teamShare) {
            return DashError(
                .rateLimited,
                "more records of this team are waiting to be stored than its share of this node; nothing was stored",
                retryAfter: .seconds(1)
            )
        }
        guard exceeds(rows, bytes, 1) else { return nil }
        if othersWait, !exceeds(own.rows, own.bytes, limits.smallShare), !exceeds(rows, bytes, 1 + limits.reserve) {
            return nil
        }
        return DashError(
            .rateLimited,
            "more records are waiting to be stored than this node takes; nothing was stored",
            retryAfter: .seconds(1)
        )
    }

    /// The parts that may go, as many as one transaction takes: the oldest, or in an inbox that teams share, those of the
    /// teams that have had least.
    private mutating func take(_ now: Instant) -> [WaitingPart] {
        let isShared = shares.isShared(now)
        let (mostRows, mostBytes) =
            isShared ? (limits.sharedRows, limits.sharedBytes) : (limits.groupRows, limits.groupBytes)
        if held.isEmpty, rows <= mostRows, bytes <= mostBytes {
            defer {
                waiting = []
                rows = 0
                bytes = 0
            }
            return waiting
        }
        var taken = [Bool](repeating: false, count: waiting.count)
        var (groupRows, groupBytes, count) = (0, 0, 0)
        /// False when the group is full.
        func add(_ place: Int) -> Bool {
            let part = waiting[place].part
            guard held[part.pipeline.id] == nil else { return true }
            let (rows, bytes) = (groupRows + part.rowCount, groupBytes + part.byteCount)
            guard count == 0 || (rows <= mostRows && bytes <= mostBytes) else { return false }
            taken[place] = true
            (groupRows, groupBytes, count) = (rows, bytes, count + 1)
            return true
        }
        if isShared {
            var turns = shares.turns(of: waiting)
            while let place = turns.next(), add(place) {}
        } else {
            _ = waiting.indices.allSatisfy(add)
        }
        var group: [WaitingPart] = []
        var left: [WaitingPart] = []
        group.reserveCapacity(count)
        for place in waiting.indices {
            if taken[place] { group.append(waiting[place]) } else { left.append(waiting[place]) }
        }
        waiting = left
        rows -= groupRows
        bytes -= groupBytes
        return group
    }
}
