/// A pipeline's record counts, or a change of them.
public struct Ledger: Sendable, Hashable {
    public private(set) var counts: [LedgerEntry: Int64]

    public init(_ counts: [LedgerEntry: Int64] = [:]) { self.counts = counts.filter { $0.value != 0 } }

    public subscript(_ entry: LedgerEntry) -> Int64 {
        get { counts[entry] ?? 0 }
        set { counts[entry] = newValue }
    }

    public static func += (lhs: inout Ledger, rhs: Ledger) {
        for (entry, count) in rhs.counts { lhs[entry] += count }
    }

    /// Received less everything that is accounted for: what is in flight, 0 when nothing is.
    public var difference: Int64 {
        let accounted: [LedgerEntry] = [
            .stored, .memoryOnly, .duplicates, .quarantined, .droppedFilter, .droppedStorageLimit, .droppedInvalid,
        ]
        return self[.received] - accounted.reduce(0) { $0 + self[$1] }
    }
}
