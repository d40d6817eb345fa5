import DashModel

/// Which roll-ups and which rows together are exactly the records of a range: wide roll-ups inside, narrower ones towards
/// the ends, and rows for the rest of a minute.
struct RollupCover {
    struct Segment: Equatable {
        /// nil for rows.
        var width: RollupWidth?
        var from: Timestamp
        /// nil: without end.
        var to: Timestamp?

        /// The part of a time column that it takes.
        func condition(_ column: SQLStatement) -> SQLStatement {
            let start: SQLStatement = "\(column) >= \(from)"
            return to.map { end in "\(start) AND \(column) < \(end)" } ?? start
        }
    }

    private(set) var segments: [Segment] = []

    init(from: Timestamp, to: Timestamp?, widest: RollupWidth) { add(widest, from, to) }

    /// Whether it is made of rows only.
    var isRaw: Bool { segments.allSatisfy { $0.width == nil } }

    private mutating func add(_ width: RollupWidth?, _ from: Timestamp, _ to: Timestamp?) {
        if let to, from >= to { return }
        guard let width else {
            segments.append(Segment(width: nil, from: from, to: to))
            return
        }
        let start = from.raised(to: width.microseconds)
        let end = to?.floored(to: width.microseconds)
        if let end, start >= end { return add(width.narrower, from, to) }
        add(width.narrower, from, start)
        segments.append(Segment(width: width, from: start, to: end))
        if let end { add(width.narrower, end, to) }
    }
}
