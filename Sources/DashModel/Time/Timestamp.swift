/// A moment as whole microseconds since 1970-01-01T00:00:00Z.
public struct Timestamp: Sendable, Hashable, Comparable {
    public var microseconds: Int64

    public init(microseconds: Int64) { self.microseconds = microseconds }
    /// The last or first moment there is for what lies beyond.
    public init(milliseconds: Int64) { microseconds = milliseconds.saturatingMultiplied(by: 1_000) }
    public init(seconds: Int64) { microseconds = seconds.saturatingMultiplied(by: 1_000_000) }

    public static let epoch = Timestamp(microseconds: 0)

    public static func < (lhs: Timestamp, rhs: Timestamp) -> Bool { lhs.microseconds < rhs.microseconds }

    /// The moment `duration` later; fractions below a microsecond are cut off, and nothing lies beyond the last moment.
    public static func + (lhs: Timestamp, duration: Duration) -> Timestamp {
        Timestamp(microseconds: lhs.microseconds.saturatingAdded(duration.microseconds))
    }

    public static func - (lhs: Timestamp, duration: Duration) -> Timestamp {
        Timestamp(microseconds: lhs.microseconds.saturatingSubtracted(duration.microseconds))
    }

    public static func - (lhs: Timestamp, rhs: Timestamp) -> Duration {
        .microseconds(lhs.microseconds.saturatingSubtracted(rhs.microseconds))
    }
}

extension Duration {
    /// Whole microseconds, fractions cut off; the most or least there are for what lies beyond.
    public var microseconds: Int64 {
        components.seconds.saturatingMultiplied(by: 1_000_000)
            .saturatingAdded(components.attoseconds / 1_000_000_000_000)
    }
}
