/// A moment as whole microseconds since 1970-01-01T00:00:00Z.
public struct Timestamp: Sendable, Hashable, Comparable {
    public var microseconds: Int64

    public init(microseconds: Int64) { self.microseconds = microseconds }
    public init(milliseconds: Int64) { microseconds = milliseconds &* 1_000 }
    public init(seconds: Int64) { microseconds = seconds &* 1_000_000 }

    public static let epoch = Timestamp(microseconds: 0)

    public static func < (lhs: Timestamp, rhs: Timestamp) -> Bool { lhs.microseconds < rhs.microseconds }

    /// The moment `duration` later; fractions below a microsecond are cut off.
    public static func + (lhs: Timestamp, duration: Duration) -> Timestamp {
        Timestamp(microseconds: lhs.microseconds &+ duration.microseconds)
    }

    public static func - (lhs: Timestamp, duration: Duration) -> Timestamp {
        Timestamp(microseconds: lhs.microseconds &- duration.microseconds)
    }

    public static func - (lhs: Timestamp, rhs: Timestamp) -> Duration {
        .microseconds(lhs.microseconds &- rhs.microseconds)
    }
}

extension Duration {
    /// Whole microseconds, fractions cut off.
    public var microseconds: Int64 { components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000 }
}
