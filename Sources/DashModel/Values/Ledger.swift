/// A pipeline's record counts, or a change of them.
public struct Ledger: Sendable, Hashable, ExpressibleByDictionaryLiteral {
    /// By the entries' places. One value without a table behind it: each request has one, and groups add them up.
    private var values = SIMD16<Int64>(repeating: 0)

    public init() {}

    public init(dictionaryLiteral counts: (LedgerEntry, Int64)...) {
        for (entry, count) in counts { self[entry] += count }
    }

    public subscript(_ entry: LedgerEntry) -> Int64 {
        get { values[entry.place] }
        set { values[entry.place] = newValue }
    }

    public var isZero: Bool { values == SIMD16(repeating: 0) }

    public static func += (lhs: inout Ledger, rhs: Ledger) { lhs.values &+= rhs.values }

    /// Received less everything that is accounted for: what is in flight, 0 when nothing is.
    public var difference: Int64 {
        let accounted: [LedgerEntry] = [
            .stored, .memoryOnly, .duplicates, .quarantined, .droppedFilter, .droppedStorageLimit, .droppedInvalid,
        ]
        return self[.received] - accounted.reduce(0) { $0 + self[$1] }
    }
}
