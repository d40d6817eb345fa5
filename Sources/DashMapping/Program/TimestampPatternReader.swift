import DashModel

/// Reads a moment by a pattern such as `%d/%b/%Y:%H:%M:%S %z`.
struct TimestampPatternReader {
    private let text: UnsafeBufferPointer<UInt8>
    private var offset = 0
    private var year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0
    private var microsecond = 0
    private var isAfternoon: Bool?
    private var zoneMinutes = 0
    private var epochSeconds: Int?

    private static let months = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ]

    init(_ text: UnsafeBufferPointer<UInt8>) { self.text = text }

    mutating func read(_ parts: [TimestampFormat.Part]) -> Timestamp? {
        for part in parts where !read(part) { return nil }
        guard offset == text.count else { return nil }
        if let epochSeconds {
            let (micro, overflow) = epochSeconds.multipliedReportingOverflow(by: 1_000_000)
            return overflow ? nil : TimestampText.checked(Int64(micro + microsecond))
        }
        if let isAfternoon {
            guard (1...12).contains(hour) else { return nil }
            hour = hour % 12 + (isAfternoon ? 12 : 0)
        }
        guard (1...9999).contains(year), (1...12).contains(month), day >= 1,
            day <= TimestampText.daysIn(month: month, year: year), hour < 24, minute < 60, second <= 60
        else { return nil }
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let date = String(repeating: "0", count: 4 - "\(year)".count) + "\(year)-\(two(month))-\(two(day))"
        guard let midnight = Timestamp(text: date) else { return nil }
        let seconds = (hour * 60 + minute - zoneMinutes) * 60 + second
        return TimestampText.checked(midnight.microseconds + Int64(seconds * 1_000_000 + microsecond))
    }

    private mutating func read(_ part: TimestampFormat.Part) -> Bool {
        switch part {
        case .year: return number(4, into: \.year)
        case .month: return number(2, into: \.month)
        case .day:
            spaces()
            return number(2, into: \.day)
        case .hour: return number(2, into: \.hour)
        case .hour12:
            if isAfternoon == nil { isAfternoon = false }
            return number(2, into: \.hour)
        case .minute: return number(2, into: \.minute)
        case .second: return number(2, into: \.second)
        case .monthName: return monthName()
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

    /// Short or long English names.
    private mutating func monthName() -> Bool {
        let start = offset
        while offset < text.count, (text[offset] | 0x20) &- UInt8(ascii: "a") < 26 { offset += 1 }
        let name = String(decoding: text[start..<offset], as: UTF8.self).lowercased()
        guard name.count >= 3, let index = Self.months.firstIndex(where: { name.hasPrefix($0) }) else { return false }
        month = index + 1
        return true
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
        microsecond = 0
        while count < 12, offset < text.count, text[offset] &- 0x30 < 10 {
            if count < 6 { microsecond = microsecond * 10 + Int(text[offset] - 0x30) }
            offset += 1
            count += 1
        }
        for _ in 0..<max(0, 6 - count) { microsecond *= 10 }
        return count > 0
    }

    private mutating func zone() -> Bool {
        if take(UInt8(ascii: "Z")) || take(UInt8(ascii: "z")) { return true }
        let sign: Int
        if take(UInt8(ascii: "+")) {
            sign = 1
        } else if take(UInt8(ascii: "-")) {
            sign = -1
        } else {
            for name in ["UTC", "GMT"] where text[offset...].starts(with: name.utf8) {
                offset += 3
                return true
            }
            return false
        }
        guard let hours = digits(max: 2), hours < 24 else { return false }
        _ = take(UInt8(ascii: ":"))
        let minutes = digits(max: 2) ?? 0
        guard minutes < 60 else { return false }
        zoneMinutes = sign * (hours * 60 + minutes)
        return true
    }

    private mutating func spaces() { while take(0x20) {} }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard offset < text.count, text[offset] == byte else { return false }
        offset += 1
        return true
    }
}
