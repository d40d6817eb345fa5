public import DashModel
import Foundation

/// A schedule of five fields (minute, hour, day of month, month, day of week) or six (with seconds in front), in a
/// time zone. When both day fields are restricted, either one is enough, as cron has always had it.
///
/// When clocks change: a local time that is skipped runs at the moment they jump; one that comes twice runs the first
/// time only. Expressions with a wild hour (`*`, `*/2`) follow real time instead: nothing is made up, nothing left out.
public struct CronExpression: Sendable, Hashable {
    private let text: String
    private let seconds: CronField
    private let minutes: CronField
    private let hours: CronField
    private let days: CronField
    private let months: CronField
    private let weekdays: CronField
    private let timeZone: TimeZone

    private static let macros = [
        "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *", "@weekly": "0 0 * * 0",
        "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@hourly": "0 * * * *",
    ]
    private static let monthNames = [
        "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
    ]
    private static let weekdayNames = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
    /// A leap day on a given weekday can be 40 years away; anything rarer never comes.
    private static let horizon: Int64 = 41 * 366 * 86_400

    /// Throws `DashError` `.invalid` with what is wrong. No time zone means UTC.
    public init(_ text: String, timeZone name: String? = nil) throws {
        guard let zone = TimeZone(identifier: name ?? "UTC") else {
            throw DashError(.invalid, "there is no time zone \"\(name ?? "")\"")
        }
        var fields = (Self.macros[text.lowercased()] ?? text).split(whereSeparator: \.isWhitespace)
        if fields.count == 5 { fields.insert("0", at: 0) }
        guard fields.count == 6 else {
            throw DashError(
                .invalid,
                "a cron expression has 5 fields, or 6 with seconds in front; this has \(fields.count)"
            )
        }
        func field(
            _ index: Int,
            _ what: String,
            _ range: ClosedRange<Int>,
            _ names: [String] = []
        ) throws -> CronField {
            guard let field = CronField(fields[index], in: range, names: names) else {
                throw DashError(
                    .invalid,
                    "\"\(fields[index])\" is not a \(what) (\(range.lowerBound) to \(range.upperBound))"
                )
            }
            return field
        }
        self.text = text
        timeZone = zone
        seconds = try field(0, "second", 0...59)
        minutes = try field(1, "minute", 0...59)
        hours = try field(2, "hour", 0...23)
        days = try field(3, "day of the month", 1...31)
        months = try field(4, "month", 1...12, Self.monthNames)
        weekdays = try field(5, "day of the week", 0...7, Self.weekdayNames).withSundayAsZero
        guard next(after: Timestamp(seconds: 1_700_000_000)) != nil else {
            throw DashError(.invalid, "no date ever matches this cron expression")
        }
    }

    /// The first moment after `time` that matches.
    public func next(after time: Timestamp) -> Timestamp? {
        let start = Int64((Double(time.microseconds) / 1_000_000).rounded(.down)) + 1
        guard let found = firstMatch(from: start) else { return skipped(from: start, before: nil) }
        return skipped(from: start, before: found) ?? Timestamp(seconds: found)
    }

    /// The first matching second on the real timeline.
    private func firstMatch(from start: Int64) -> Int64? {
        var now = start
        while now < start + Self.horizon {
            let local = LocalTime(seconds: now + offset(at: now))
            if !months.contains(local.month) {
                now = moment(ofLocal: local.nextMonth, after: now)
            } else if !matchesDay(local) {
                now = moment(ofLocal: local.nextDay, after: now)
            } else if !hours.contains(local.hour) {
                now += Int64(3_600 - local.minute * 60 - local.second)
            } else if !minutes.contains(local.minute) {
                now += Int64(60 - local.second)
            } else if !seconds.contains(local.second) {
                now += 1
            } else if !hours.isWild, isSecondPass(now) {
                now += 1
            } else {
                return now
            }
        }
        return nil
    }

    private func matchesDay(_ local: LocalTime) -> Bool {
        switch (days.isWild, weekdays.isWild) {
        case (false, false): days.contains(local.day) || weekdays.contains(local.weekday)
        default: days.contains(local.day) && weekdays.contains(local.weekday)
        }
    }

    /// A jump of the clocks between `start` and `end` that swallowed a local time which should have run.
    private func skipped(from start: Int64, before end: Int64?) -> Timestamp? {
        guard !hours.isWild else { return nil }
        let limit = end ?? start + 400 * 86_400
        var now = Date(timeIntervalSince1970: Double(start - 1))
        while let transition = timeZone.nextDaylightSavingTimeTransition(after: now) {
            let jump = Int64(transition.timeIntervalSince1970)
            guard jump < limit, jump > Int64(now.timeIntervalSince1970) else { return nil }
            let (before, after) = (offset(at: jump - 1), offset(at: jump))
            if jump >= start, after > before {
                for local in (jump + before)..<(jump + after) where matches(LocalTime(seconds: local)) {
                    return Timestamp(seconds: jump)
                }
            }
            now = transition
        }
        return nil
    }

    private func matches(_ local: LocalTime) -> Bool {
        seconds.contains(local.second) && minutes.contains(local.minute) && hours.contains(local.hour)
            && months.contains(local.month) && matchesDay(local)
    }

    /// Whether the local clock showed the same time before, within the last hours.
    private func isSecondPass(_ now: Int64) -> Bool {
        let current = offset(at: now)
        let earlier = offset(at: now - 3 * 3_600)
        guard earlier > current else { return false }
        let first = now - (earlier - current)
        return offset(at: first) == earlier
    }

    /// A moment at or shortly before the given local time; never after it, always after `now`.
    private func moment(ofLocal local: Int64, after now: Int64) -> Int64 {
        let guess = local - offset(at: now)
        let second = local - offset(at: guess)
        return max(now + 1, min(guess, second))
    }

    private func offset(at seconds: Int64) -> Int64 {
        Int64(timeZone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(seconds))))
    }

    public static func == (lhs: CronExpression, rhs: CronExpression) -> Bool {
        lhs.text == rhs.text && lhs.timeZone == rhs.timeZone
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(text) }
}
