import DashModel

/// The keys that one step remembers. A key counts from its first record on for the whole window, unless there are so
/// many that the oldest must go.
struct KeyWindow: Sendable {
    enum Answer: Equatable {
        case new
        case known
        /// In a batch that is not saved yet.
        case undecided(Int)
    }

    private struct Entry {
        var time: Int64
        /// The batch that brought the key; 0 once that is saved.
        var ticket: Int
    }

    private let length: Int64
    private let maxKeys: Int
    private var entries: [KeyPrint: Entry] = [:]
    /// Keys in the order of their time; those before `first` are gone.
    private var order: [(key: KeyPrint, time: Int64)] = []
    private var first = 0

    init(_ limits: KeyLimits) {
        length = Int64(limits.windowSeconds) * 1_000_000
        maxKeys = limits.maxKeys
    }

    var count: Int { entries.count }

    /// Whether the key is new at a moment in microseconds; if so, it is remembered for the batch.
    mutating func claim(_ key: KeyPrint, at now: Int64, for ticket: Int) -> Answer {
        while first < order.count, order[first].time.saturatingAdded(length) <= now { forgetOldest() }
        if let entry = entries[key] {
            return entry.ticket == 0 || entry.ticket == ticket ? .known : .undecided(entry.ticket)
        }
        while entries.count >= maxKeys, first < order.count { forgetOldest() }
        entries[key] = Entry(time: now, ticket: ticket)
        order.append((key, now))
        return .new
    }

    private mutating func forgetOldest() {
        let oldest = order[first]
        // A key that was released and came again has a later place in the order.
        if entries[oldest.key]?.time == oldest.time { entries[oldest.key] = nil }
        first += 1
        if first > 1_024, first > order.count / 2 {
            order.removeFirst(first)
            first = 0
        }
    }

    mutating func keep(_ key: KeyPrint, of ticket: Int) {
        if entries[key]?.ticket == ticket { entries[key]?.ticket = 0 }
    }

    mutating func release(_ key: KeyPrint, of ticket: Int) {
        if entries[key]?.ticket == ticket { entries[key] = nil }
    }
}
