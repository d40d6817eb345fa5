import DashModel

/// The parts of a date and time as a text names them.
struct CivilTime {
    var year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0
    var microsecond = 0
    /// East of UTC.
    var zoneMinutes = 0

    /// nil for what no calendar or clock shows, and outside of the years 0001 to 9999.
    var timestamp: Timestamp? {
        guard (1...9_999).contains(year), let date = CivilDate(year: Int64(year), month: month, day: day),
            (0..<24).contains(hour), (0..<60).contains(minute), (0...60).contains(second)
        else { return nil }
        let seconds = Int64((hour * 60 + minute - zoneMinutes) * 60 + second)
        return TimestampText.checked((date.dayNumber * 86_400 + seconds) * 1_000_000 + Int64(microsecond))
    }
}
