import DashModel
import FoundationEssentials

/// The inbox as a state machine: what waits, what is being saved, and which committing tasks sleep. Effects happen
/// outside the lock.
///
/// No two transactions at once hold parts of one pipeline, which keeps its records in order.
struct InboxState {
    typealias Sleeper = CheckedContinuation<Void, Never>

    enum Entry {
        case queued
        /// A committing task sleeps: resume it.
        case wake(Sleeper)
        case refused(DashError)
    }

    enum Next {
        /// `others` sleep though there is more to do, or nothing will come any more.
        case group([WaitingPart], others: [Sleeper])
        case park
        case end(others: [Sleeper])
    }

    private let limits: InboxLimits
    private var waiting: [WaitingPart] = []
    private var sleepers: [Sleeper] = []
    /// The pipelines of the groups that are being saved.
    private var held: Set<UUID> = []
    private var running = 0
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
        let isFull = rows + part.rowCount > limits.queueRows || bytes + part.byteCount > limits.queueBytes
        if isFull, !waiting.isEmpty {
            return .refused(
                DashError(
                    .rateLimited,
                    "more records are waiting to be stored than this node takes; nothing was stored",
                    retryAfter: .seconds(1)
                )
            )
        }
        waiting.append(entry)
        rows += part.rowCount
        bytes += part.byteCount
        let isWorthWaking = running == 0 || rows >= limits.parallelRows && !held.contains(part.pipeline.id)
        guard isWorthWaking, let sleeper = sleepers.popLast() else { return .queued }
        return .wake(sleeper)
    }

    mutating func next() -> Next {
        guard !waiting.isEmpty else {
            guard isDraining else { return .park }
            defer { sleepers = [] }
            return .end(others: sleepers)
        }
        guard hasWork else { return .park }
        let group = take()
        running += 1
        held.formUnion(group.lazy.map(\.part.pipeline.id))
        return .group(group, others: hasWork ? sleepers.popLast().map { [$0] } ?? [] : [])
    }

    /// The group's transaction is over.
    mutating func finish(_ group: [WaitingPart]) {
        running -= 1
        for entry in group { held.remove(entry.part.pipeline.id) }
    }

    /// Puts a committing task to sleep; false when there is something to do after all.
    mutating func park(_ continuation: Sleeper) -> Bool {
        guard !hasWork, !(isDraining && waiting.isEmpty) else { return false }
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
            rows = 0
            bytes = 0
        }
        return waiting
    }

    /// Whether a transaction should start now: always as the only one, otherwise when it brings enough.
    private var hasWork: Bool {
        if running == 0 { return !waiting.isEmpty }
        guard rows >= limits.parallelRows else { return false }
        var free = 0
        for entry in waiting where !held.contains(entry.part.pipeline.id) {
            free += entry.part.rowCount
            if free >= limits.parallelRows { return true }
        }
        return false
    }

    /// The oldest parts that may go, as many as one transaction takes.
    private mutating func take() -> [WaitingPart] {
        if held.isEmpty, rows <= limits.groupRows, bytes <= limits.groupBytes {
            defer {
                waiting = []
                rows = 0
                bytes = 0
            }
            return waiting
        }
        var group: [WaitingPart] = []
        var left: [WaitingPart] = []
        var (groupRows, groupBytes, isFull) = (0, 0, false)
        for entry in waiting {
            let (rows, bytes) = (groupRows + entry.part.rowCount, groupBytes + entry.part.byteCount)
            isFull = isFull || !group.isEmpty && (rows > limits.groupRows || bytes > limits.groupBytes)
            if isFull || held.contains(entry.part.pipeline.id) {
                left.append(entry)
            } else {
                group.append(entry)
                (groupRows, groupBytes) = (rows, bytes)
            }
        }
        waiting = left
        rows -= groupRows
        bytes -= groupBytes
        return group
    }
}
