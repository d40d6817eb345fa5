import Foundation
import GRDB

/// The aggregates that data queries need and SQLite lacks.
enum RecordAggregates {
    static let all: [DatabaseFunction] = [
        DatabaseFunction("dash_percentile", argumentCount: 2, pure: true, aggregate: Percentile.self),
        DatabaseFunction("dash_first", argumentCount: 3, pure: true, aggregate: First.self),
        DatabaseFunction("dash_last", argumentCount: 3, pure: true, aggregate: Last.self),
    ]

    /// Linear between the two nearest values, as PostgreSQL's `percentile_cont`. Numbers that no double holds do not count.
    struct Percentile: DatabaseAggregate {
        private var values: [Double] = []
        private var fraction = 0.5

        init() {}

        mutating func step(_ arguments: [DatabaseValue]) {
            if let fraction = Double.fromDatabaseValue(arguments[1]) { self.fraction = fraction }
            if let value = Double.fromDatabaseValue(arguments[0]), value.isFinite { values.append(value) }
        }

        func finalize() -> (any DatabaseValueConvertible)? {
            guard !values.isEmpty else { return nil }
            let sorted = values.sorted()
            let place = fraction * Double(sorted.count - 1)
            let below = Int(place.rounded(.down))
            let above = min(below + 1, sorted.count - 1)
            return sorted[below] + (sorted[above] - sorted[below]) * (place - Double(below))
        }
    }

    struct Last: DatabaseAggregate {
        private var edge = Edge()
        init() {}
        mutating func step(_ arguments: [DatabaseValue]) { edge.offer(arguments) { $0 > $1 } }
        func finalize() -> (any DatabaseValueConvertible)? { edge.value }
    }

    struct First: DatabaseAggregate {
        private var edge = Edge()
        init() {}
        mutating func step(_ arguments: [DatabaseValue]) { edge.offer(arguments) { $0 < $1 } }
        func finalize() -> (any DatabaseValueConvertible)? { edge.value }
    }

    /// The value that stands furthest in time (then id) so far.
    private struct Edge {
        var value: DatabaseValue?
        private var place: (Int64, Int64) = (0, 0)

        mutating func offer(_ arguments: [DatabaseValue], beats: ((Int64, Int64), (Int64, Int64)) -> Bool) {
            guard !arguments[0].isNull, let time = Int64.fromDatabaseValue(arguments[1]),
                let id = Int64.fromDatabaseValue(arguments[2])
            else { return }
            guard value == nil || beats((time, id), place) else { return }
            value = arguments[0]
            place = (time, id)
        }
    }
}
