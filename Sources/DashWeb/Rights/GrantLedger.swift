import DashAPI
import DashModel

/// Which grants are in use, when each ends as far as is known, and which have to be asked about.
struct GrantLedger {
    private struct Entry {
        var holders: [UInt64: @Sendable () -> Void] = [:]
        var end: Timestamp?
    }

    private var entries: [Grant: Entry] = [:]
    private var lastID: UInt64 = 0
    private var due: Set<Grant> = []
    /// No known end is before it.
    private var nextEnd: Timestamp?

    var isEmpty: Bool { entries.isEmpty }
    var holderCount: Int { entries.values.reduce(0) { $0 + $1.holders.count } }

    /// Somebody relies on the grant from now on. It is asked about at once: what was known when it was given may have
    /// changed before this.
    mutating func hold(_ grant: Grant, end: @escaping @Sendable () -> Void) -> UInt64 {
        lastID += 1
        entries[grant, default: Entry()].holders[lastID] = end
        due.insert(grant)
        return lastID
    }

    mutating func leave(_ id: UInt64, _ grant: Grant) {
        entries[grant]?.holders[id] = nil
        if entries[grant]?.holders.isEmpty == true { entries[grant] = nil }
    }

    mutating func suspect(where matches: (Grant) -> Bool) {
        for grant in entries.keys where matches(grant) { due.insert(grant) }
    }

    mutating func suspect(_ grants: Set<Grant>) { due.formUnion(grants) }

    /// What to ask about now; it is not due any more.
    mutating func take(_ now: Timestamp) -> Set<Grant> {
        if let nextEnd, nextEnd <= now {
            for (grant, entry) in entries { if let end = entry.end, end <= now { due.insert(grant) } }
            self.nextEnd = entries.values.compactMap { entry in entry.end.flatMap { $0 > now ? $0 : nil } }.min()
        }
        defer { due = [] }
        return due.filter { entries[$0] != nil }
    }

    mutating func note(_ grant: Grant, holdsUntil end: Timestamp?) {
        guard entries[grant] != nil else { return }
        entries[grant]?.end = end
        if let end { nextEnd = min(nextEnd ?? end, end) }
    }

    /// The grant is over: whom to tell.
    mutating func end(_ grant: Grant) -> [@Sendable () -> Void] {
        (entries.removeValue(forKey: grant)?.holders.values).map(Array.init) ?? []
    }
}
