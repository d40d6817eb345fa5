package import DashModel

/// How much time a roll-up's row sums up, in seconds.
package enum RollupWidth: Int64, Sendable, CaseIterable, Comparable {
    case minute = 60
    case hour = 3_600
    case day = 86_400

    package var microseconds: Int64 { rawValue * 1_000_000 }

    package static func < (lhs: RollupWidth, rhs: RollupWidth) -> Bool { lhs.rawValue < rhs.rawValue }

    /// The start of the bucket that a moment lies in.
    package func bucket(of time: Timestamp) -> Timestamp { time.floored(to: microseconds) }

    /// The widest whose rows make up whole chart buckets; nil when not even minutes do.
    static func widest(dividing width: Int64) -> RollupWidth? { allCases.last { width % $0.microseconds == 0 } }

    /// The next narrower.
    var narrower: RollupWidth? { Self.allCases.last { $0 < self } }
}

extension Timestamp {
    /// The last multiple of `microseconds` since 1970 that is not later.
    func floored(to microseconds: Int64) -> Timestamp {
        let rest = self.microseconds % microseconds
        return Timestamp(microseconds: self.microseconds - (rest < 0 ? rest + microseconds : rest))
    }

    /// The first multiple of `microseconds` since 1970 that is not earlier.
    func raised(to microseconds: Int64) -> Timestamp {
        let floor = floored(to: microseconds)
        return floor == self ? self : Timestamp(microseconds: floor.microseconds + microseconds)
    }
}
