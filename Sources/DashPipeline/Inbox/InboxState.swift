import DashModel

/// The inbox as a state machine: what waits, and whether the committing task sleeps. Effects happen outside the lock.
struct InboxState {
    enum Entry {
        case queued
        /// The committing task sleeps: resume it.
        case wake(CheckedContinuation<Void, Never>)
        case refused(DashError)
    }

    enum Next {
        case group([WaitingPart])
        case park
        case end
    }

    private let limits: InboxLimits
    private var waiting: [WaitingPart] = []
    private var sleeper: CheckedContinuation<Void, Never>?
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
        guard let sleeper else { return .queued }
        self.sleeper = nil
        return .wake(sleeper)
    }

    mutating func next() -> Next {
        guard !waiting.isEmpty else { return isDraining ? .end : .park }
        if rows <= limits.groupRows, bytes <= limits.groupBytes {
            defer {
                waiting = []
                rows = 0
                bytes = 0
            }
            return .group(waiting)
        }
        var (count, groupRows, groupBytes) = (0, 0, 0)
        for entry in waiting {
            let (rows, bytes) = (groupRows + entry.part.rowCount, groupBytes + entry.part.byteCount)
            guard count == 0 || rows <= limits.groupRows && bytes <= limits.groupBytes else { break }
            (count, groupRows, groupBytes) = (count + 1, rows, bytes)
        }
        let group = Array(waiting[..<count])
        waiting.removeFirst(count)
        rows -= groupRows
        bytes -= groupBytes
        return .group(group)
    }

    /// Puts the committing task to sleep; false when there is something to do after all.
    mutating func park(_ continuation: CheckedContinuation<Void, Never>) -> Bool {
        guard waiting.isEmpty, !isDraining else { return false }
        sleeper = continuation
        return true
    }

    /// Takes nothing more; returns the committing task when it sleeps.
    mutating func drain() -> CheckedContinuation<Void, Never>? {
        isDraining = true
        defer { sleeper = nil }
        return sleeper
    }

    /// Everything that waits, to be refused: the committing task is gone.
    mutating func abandon() -> [WaitingPart] {
        isDraining = true
        defer {
            waiting = []
            rows = 0
            bytes = 0
        }
        return waiting
    }
}
