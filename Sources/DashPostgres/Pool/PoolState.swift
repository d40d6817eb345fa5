/// A pool's bookkeeping without connections, threads or clocks: events go in, what is to be done comes out.
///
/// Waiting is watched as by CoDel: when over a whole interval nobody was served within the target, the queue is standing
/// and longer queueing helps nobody, so that newcomers are refused until somebody is served in time again.
struct PoolState<Connection: Hashable & Sendable, Waiter: Hashable & Sendable> {
    typealias Instant = ContinuousClock.Instant

    struct Limits: Sendable {
        var connections: Int
        var queueTarget: Duration
        var queueInterval: Duration
        /// Nobody waits longer than this.
        var longestWait: Duration
        /// No more than this many wait, however short the wait is.
        var waiters = 10_000
    }

    enum Answer: Equatable {
        case lend(Connection)
        /// The one who asks opens a connection and reports how it went.
        case open
        case wait
        case refuse(Refusal)
    }

    enum Refusal: Equatable {
        /// Waiting takes too long already.
        case overloaded(retryAfter: Duration)
        /// The server can't be reached; worth a try after that long.
        case unreachable(retryAfter: Duration)
        case closed
    }

    enum Return: Equatable {
        case keep
        case lend(to: Waiter)
        /// It is not needed any more; or broken, and a waiter shall open another.
        case close
        case closeAndOpen(for: Waiter)
    }

    let limits: Limits
    private(set) var idle: [Connection] = []
    private(set) var lent: Set<Connection> = []
    private(set) var opening = 0
    private(set) var isClosed = false
    private(set) var isRefusing = false
    private(set) var refusals = 0
    private var waiting: [(waiter: Waiter, since: Instant)] = []
    /// The interval that is being watched: its start, and the shortest wait in it.
    private var interval: (start: Instant, shortest: Duration)?
    private var backoff = Duration.zero
    private var downUntil: Instant?

    init(limits: Limits) { self.limits = limits }

    var size: Int { idle.count + lent.count + opening }
    var waiterCount: Int { waiting.count }

    /// `waiter` is put into the queue when there is nothing to lend; without one, the answer only tells so.
    mutating func request(_ waiter: Waiter?, since: Instant? = nil, now: Instant) -> Answer {
        if isClosed { return .refuse(.closed) }
        if let connection = idle.popLast() {
            lent.insert(connection)
            served(after: .zero, now)
            return .lend(connection)
        }
        let isDown = downUntil.map { now < $0 } ?? false
        // Where connections work, the server only gives no more of them, and one of those will do.
        if isDown, lent.isEmpty, let downUntil { return refuse(.unreachable(retryAfter: downUntil - now)) }
        // While the server is down one at a time tries.
        if !isDown, size < limits.connections, backoff == .zero || opening == 0 {
            opening += 1
            return .open
        }
        if isRefusing || isStanding(now) || waiting.count >= limits.waiters {
            return refuse(.overloaded(retryAfter: max(limits.queueInterval, .seconds(1))))
        }
        if let waiter { waiting.append((waiter, since ?? now)) }
        return .wait
    }

    /// Whether the first in the queue has been there for longer than the target, a whole interval long.
    private func isStanding(_ now: Instant) -> Bool {
        guard let first = waiting.first else { return false }
        return now - first.since > limits.queueTarget + limits.queueInterval
    }

    /// The connection that was to be opened is there, and lent to the one who opened it.
    mutating func opened(_ connection: Connection, now: Instant) -> Bool {
        opening -= 1
        backoff = .zero
        downUntil = nil
        guard !isClosed else { return false }
        lent.insert(connection)
        return true
    }

    /// It could not be opened. When no connection is left that could serve them, those who wait are told, too; nil: the
    /// ones that are lent still can, also the one who tried.
    mutating func openFailed(now: Instant) -> [Waiter]? {
        opening -= 1
        backoff = min(max(backoff * 2, Self.firstBackoff), Self.longestBackoff)
        downUntil = now + backoff
        guard lent.isEmpty || isClosed else { return nil }
        guard opening == 0 else { return [] }
        defer { waiting = [] }
        return waiting.map(\.waiter)
    }

    mutating func giveBack(_ connection: Connection, isUsable: Bool, now: Instant) -> Return {
        lent.remove(connection)
        guard isUsable, !isClosed else {
            guard !isClosed, let next = takeWaiter(now) else { return .close }
            opening += 1
            return .closeAndOpen(for: next)
        }
        guard let next = takeWaiter(now) else {
            idle.append(connection)
            return .keep
        }
        lent.insert(connection)
        return .lend(to: next)
    }

    /// Takes somebody out of the queue; false when they were served already.
    mutating func giveUp(_ waiter: Waiter) -> Bool {
        guard let place = waiting.firstIndex(where: { $0.waiter == waiter }) else { return false }
        waiting.remove(at: place)
        return true
    }

    /// Takes those out of the queue who waited too long.
    mutating func expire(now: Instant) -> [Waiter] {
        let late = waiting.filter { now - $0.since >= limits.longestWait }.map(\.waiter)
        guard !late.isEmpty else { return [] }
        waiting = waiting.filter { now - $0.since < limits.longestWait }
        refusals += late.count
        return late
    }

    /// When somebody will have waited too long.
    var nextExpiry: Instant? { waiting.map(\.since).min().map { $0 + limits.longestWait } }

    /// Connections to look after or close: the idle ones, which are the caller's until they are given back.
    mutating func takeIdle() -> [Connection] {
        defer { idle = [] }
        lent.formUnion(idle)
        return idle
    }

    mutating func close() -> (idle: [Connection], waiting: [Waiter]) {
        isClosed = true
        defer {
            idle = []
            waiting = []
        }
        return (idle, waiting.map(\.waiter))
    }

    private mutating func takeWaiter(_ now: Instant) -> Waiter? {
        guard !waiting.isEmpty else { return nil }
        let next = waiting.removeFirst()
        served(after: now - next.since, now)
        return next.waiter
    }

    private mutating func served(after wait: Duration, _ now: Instant) {
        if wait <= limits.queueTarget { isRefusing = false }
        guard let current = interval else {
            interval = (now, wait)
            return
        }
        let shortest = min(current.shortest, wait)
        guard now - current.start >= limits.queueInterval else {
            interval = (current.start, shortest)
            return
        }
        isRefusing = shortest > limits.queueTarget
        interval = (now, wait)
    }

    private mutating func refuse(_ refusal: Refusal) -> Answer {
        refusals += 1
        return .refuse(refusal)
    }

    private static var firstBackoff: Duration { .milliseconds(50) }
    private static var longestBackoff: Duration { .seconds(2) }
}
