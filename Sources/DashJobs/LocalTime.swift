/// A second of a local calendar, as the fields that cron looks at.
struct LocalTime {
    /// Seconds since 1970-01-01T00:00:00 on the local clock.
    let seconds: Int64
    let year: Int64
    let month: Int
    let day: Int
    /// 0 for Sunday.
    let weekday: Int
    let hour: Int
    let minute: Int
    let second: Int

    init(seconds: Int64) {
        self.seconds = seconds
        let dayNumber = Self.floorDivide(seconds, 86_400)
        let secondOfDay = Int(seconds - dayNumber * 86_400)
        hour = secondOfDay / 3_600
        minute = secondOfDay / 60 % 60
        second = secondOfDay % 60
        weekday = Int(((dayNumber + 4) % 7 + 7) % 7)
        let shifted = dayNumber + 719_468
        let era = Self.floorDivide(shifted, 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        day = Int(dayOfYear - (153 * marchMonth + 2) / 5 + 1)
        month = Int(marchMonth < 10 ? marchMonth + 3 : marchMonth - 9)
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// Local seconds at the start of the month after this one.
    var nextMonth: Int64 {
        let (year, month) = month == 12 ? (year + 1, 1) : (year, month + 1)
        let marchYear = month <= 2 ? year - 1 : year
        let era = Self.floorDivide(marchYear, 400)
        let yearOfEra = marchYear - era * 400
        let marchMonth = Int64(month > 2 ? month - 3 : month + 9)
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + (153 * marchMonth + 2) / 5
        return (era * 146_097 + dayOfEra - 719_468) * 86_400
    }

    /// Local seconds at the start of the next day.
    var nextDay: Int64 { seconds - Int64(hour * 3_600 + minute * 60 + second) + 86_400 }

    private static func floorDivide(_ value: Int64, _ divisor: Int64) -> Int64 {
        value >= 0 ? value / divisor : (value - divisor + 1) / divisor
    }
}
