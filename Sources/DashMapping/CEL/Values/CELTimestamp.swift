public import DashModel

/// A moment with nanoseconds, in the years 0001 to 9999.
public struct CELTimestamp: Sendable, Hashable, Comparable {
    /// Since 1970-01-01T00:00:00Z.
    public let seconds: Int64
    /// 0 to 999,999,999, always forward from `seconds`.
    public let nanoseconds: Int32

    /// nil outside the years 0001 to 9999.
    public init?(seconds: Int64, nanoseconds: Int32 = 0) {
        guard (-62_135_596_800..<253_402_300_800).contains(seconds), (0..<1_000_000_000).contains(nanoseconds) else {
            return nil
        }
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    /// A moment of Dash; one beyond the language's years becomes the nearest within.
    public init(_ timestamp: Timestamp) {
        let limited = min(max(timestamp.microseconds, -62_135_596_800_000_000), 253_402_300_799_999_999)
        let (quotient, remainder) = limited.quotientAndRemainder(dividingBy: 1_000_000)
        seconds = remainder < 0 ? quotient - 1 : quotient
        nanoseconds = Int32((remainder < 0 ? remainder + 1_000_000 : remainder) * 1_000)
    }

    public static func < (left: CELTimestamp, right: CELTimestamp) -> Bool {
        (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
    }

    /// nil when the moment would leave the years 0001 to 9999.
    func adding(_ duration: CELDuration, sign: Int64 = 1) -> CELTimestamp? {
        var seconds = self.seconds + sign * duration.seconds
        var nanoseconds = Int64(self.nanoseconds) + sign * Int64(duration.nanoseconds)
        if nanoseconds < 0 {
            seconds -= 1
            nanoseconds += 1_000_000_000
        } else if nanoseconds >= 1_000_000_000 {
            seconds += 1
            nanoseconds -= 1_000_000_000
        }
        return CELTimestamp(seconds: seconds, nanoseconds: Int32(nanoseconds))
    }

    func distance(from other: CELTimestamp) -> CELDuration? {
        CELDuration(
            seconds: seconds - other.seconds,
            nanoseconds: Int64(nanoseconds) - Int64(other.nanoseconds)
        )
    }

    /// RFC 3339 in UTC; the fraction without zeros at its end.
    public var text: String {
        let whole = Timestamp(seconds: seconds).text
        guard nanoseconds > 0 else { return whole }
        return whole.dropLast() + CELDuration.fraction(nanoseconds) + "Z"
    }
}
