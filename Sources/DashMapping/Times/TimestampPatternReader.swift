import DashModel

/// Reads a moment by a pattern such as `%d/%b/%Y:%H:%M:%S %z`.
struct TimestampPatternReader {
    private let text: UnsafeBufferPointer<UInt8>
    private var offset = 0
    private var time = CivilTime()
    private var isAfternoon: Bool?
    private var epochSeconds: Int?

    init(_ text: UnsafeBufferPointer<UInt8>) { self.text = text }

    mutating func read(_ parts: [TimestampFormat.Part]) -> Timestamp? {
        for part in parts where !read(part) { return nil }
        guard offset == text.count else { return nil }
        if let epochSeconds {
            let (microseconds, isTooLarge) = epochSeconds.multipliedReportingOverflow(by: 1_000_000)
            let (sum, isOver) = microseconds.addingReportingOverflow(time.microsecond)
            return isTooLarge || isOver ? nil : TimestampText.checked(Int64(sum))
        }
        if let isAfternoon {
            guard (1...12).contains(time.hour) else { return nil }
            time.hour = time.hour % 12 + (isAfternoon ? 12 : 0)
        }
        return time.timestamp
    }

    private mutating func read(_ part: TimestampFormat.Part) -> Bool {
        switch part {
        case .year: return number(4, into: \.time.year)
        case .shortYear:
            guard let year = digits(max: 2) else { return false }
            time.year = year < 50 ? 2_000 + year : 1_900 + year
            return true
        case .month: return number(2, into: \.time.month)
        case .day:
            spaces()
            return number(2, into: \.time.day)
        case .hour: return number(2, into: \.time.hour)
        case .hour12:
            if isAfternoon == nil { isAfternoon = false }
            return number(2, into: \.time.hour)
        case .minute: return number(2, into: \.time.minute)
        case .second: return number(2, into: \.time.second)
        case .monthName:
            guard let month = CalendarNames.month(letters()) else { return false }
            time.month = month
            return true
        case .weekday: return CalendarNames.isWeekday(letters())
        case .half: return half()
        case .fraction: return fraction()
        case .zone: return zone()
        case .epochSeconds:
            guard let value = digits(max: 15) else { return false }
            epochSeconds = value
            return true
        case .literal(let byte): return take(byte)
        case .spaces:
            guard take(0x20) else { return false }
            spaces()
            return true
        }
    }

    private mutating func number(_ count: Int, into target: WritableKeyPath<Self, Int>) -> Bool {
        guard let value = digits(max: count) else { return false }
        self[keyPath: target] = value
        return true
    }

    private mutating func digits(max: Int) -> Int? {
        var value: Int?
        var count = 0
        while count < max, offset < text.count, text[offset] &- 0x30 < 10 {
            value = (value ?? 0) * 10 + Int(text[offset] - 0x30)
            offset += 1
            count += 1
        }
        return value
    }

    /// The letters that come next, in lower case.
    private mutating func letters() -> String {
        let start = offset
        while offset < text.count, (text[offset] | 0x20) &- UInt8(ascii: "a") < 26 { offset += 1 }
        return String(decoding: text[start..<offset], as: UTF8.self).lowercased()
    }

    private mutating func half() -> Bool {
        guard offset + 2 <= text.count, text[offset + 1] | 0x20 == UInt8(ascii: "m") else { return false }
        switch text[offset] | 0x20 {
        case UInt8(ascii: "a"): isAfternoon = false
        case UInt8(ascii: "p"): isAfternoon = true
        default: return false
        }
        offset += 2
        return true
    }

    private mutating func fraction() -> Bool {
        var count = 0
        time.microsecond = 0
        while count < 12, offset < text.count, text[offset] &- 0x30 < 10 {
            if count < 6 { time.microsecond = time.microsecond * 10 + Int(text[offset] - 0x30) }
            offset += 1
            count += 1
        }
        for _ in 0..<max(0, 6 - count) { time.microsecond *= 10 }
        return count > 0
    }

    private mutating func zone() -> Bool {
        let sign: Int
        if take(UInt8(ascii: "+")) {
            sign = 1
        } else if take(UInt8(ascii: "-")) {
            sign = -1
        } else {
            guard let minutes = CalendarNames.zone(letters()) else { return false }
            time.zoneMinutes = minutes
            return true
        }
        guard let hours = digits(max: 2), hours < 24 else { return false }
        _ = take(UInt8(ascii: ":"))
        let minutes = digits(max: 2) ?? 0
        guard minutes < 60 else { return false }
        time.zoneMinutes = sign * (hours * 60 + minutes)
        return true
    }

    private mutating func spaces() { while take(0x20) {} }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard offset < text.count, text[offset] == byte else { return false }
        offset += 1
        return true
    }
}
