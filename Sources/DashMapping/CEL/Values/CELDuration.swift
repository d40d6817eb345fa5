/// A length of time with nanoseconds, up to about 292 years either way.
public struct CELDuration: Sendable, Hashable, Comparable {
    public let seconds: Int64
    /// Has the sign of `seconds`, or any when those are 0.
    public let nanoseconds: Int32

    /// All of it must fit into 64 bits of nanoseconds, as the standard has it.
    static let maxSeconds: Int64 = .max / 1_000_000_000

    /// Carries what exceeds a second; nil when the length is out of range.
    public init?(seconds: Int64, nanoseconds: Int64) {
        var (whole, overflow) = seconds.addingReportingOverflow(nanoseconds / 1_000_000_000)
        var rest = nanoseconds % 1_000_000_000
        if whole > 0, rest < 0 {
            whole -= 1
            rest += 1_000_000_000
        } else if whole < 0, rest > 0 {
            whole += 1
            rest -= 1_000_000_000
        }
        guard !overflow, !whole.multipliedReportingOverflow(by: 1_000_000_000).overflow,
            !(whole * 1_000_000_000).addingReportingOverflow(rest).overflow
        else { return nil }
        self.seconds = whole
        self.nanoseconds = Int32(rest)
    }

    public static func < (left: CELDuration, right: CELDuration) -> Bool {
        (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
    }

    func adding(_ other: CELDuration, sign: Int64 = 1) -> CELDuration? {
        CELDuration(
            seconds: seconds + sign * other.seconds,
            nanoseconds: Int64(nanoseconds) + sign * Int64(other.nanoseconds)
        )
    }

    /// Seconds with their fraction: `6347s`, `-1.5s`.
    public var text: String {
        let sign = seconds < 0 || nanoseconds < 0 ? "-" : ""
        return "\(sign)\(seconds.magnitude)\(Self.fraction(Int32(nanoseconds.magnitude)))s"
    }

    /// `.5` for half a second, nothing for 0.
    static func fraction(_ nanoseconds: Int32) -> String {
        guard nanoseconds > 0 else { return "" }
        var digits = String(nanoseconds)
        digits = String(repeating: "0", count: 9 - digits.utf8.count) + digits
        while digits.last == "0" { digits.removeLast() }
        return "." + digits
    }
}
