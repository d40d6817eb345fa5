/// A place in the primary's write-ahead log; a replica that has replayed it has everything that was committed before.
struct LogPosition: Sendable, Hashable, Comparable {
    var bytes: UInt64
    static let start = LogPosition(bytes: 0)
    /// Asks a primary up to where its log is safe.
    static let question = "SELECT pg_current_wal_flush_lsn()::text"

    init(bytes: UInt64) { self.bytes = bytes }

    /// Reads `16/B374D848`.
    init?(_ text: String) {
        let halves = text.split(separator: "/")
        guard halves.count == 2, let high = UInt64(halves[0], radix: 16), let low = UInt64(halves[1], radix: 16) else {
            return nil
        }
        bytes = high << 32 | low
    }

    static func < (lhs: Self, rhs: Self) -> Bool { lhs.bytes < rhs.bytes }
}
