import DashJSON
import DashModel

/// Reads the many ways in which sources write a moment.
enum TimestampText {
    /// Whether the text is exactly what Dash writes: `2026-11-21T04:48:52.5Z`, with at most six digits of fraction and
    /// no zeros at their end.
    static func isCanonical(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard text.count >= 20, text.count <= 27, text[text.count - 1] == UInt8(ascii: "Z") else { return false }
        guard text[4] == UInt8(ascii: "-"), text[7] == UInt8(ascii: "-"), text[10] == UInt8(ascii: "T"),
            text[13] == UInt8(ascii: ":"), text[16] == UInt8(ascii: ":")
        else { return false }
        guard let year = digits(text, 0, 4), let month = digits(text, 5, 2), let day = digits(text, 8, 2),
            let hour = digits(text, 11, 2), let minute = digits(text, 14, 2), let second = digits(text, 17, 2)
        else { return false }
        guard hour < 24, minute < 60, second < 60, (1...12).contains(month), day >= 1,
            day <= daysIn(month: month, year: year)
        else { return false }
        guard text.count > 20 else { return true }
        guard text.count > 21, text[19] == UInt8(ascii: "."), digits(text, 20, text.count - 21) != nil else {
            return false
        }
        return text[text.count - 2] != UInt8(ascii: "0")
    }

    /// nil when the text is no moment in this format; without one it is RFC 3339.
    static func read(_ text: UnsafeBufferPointer<UInt8>, _ format: TimestampFormat?) -> Timestamp? {
        switch format?.form {
        case nil, .rfc3339: return Timestamp(utf8: text).flatMap { checked($0.microseconds) }
        case .epoch(let perSecond): return epoch(text, perSecond: perSecond)
        case .mail: return MailDate.read(text)
        case .pattern(let parts):
            var reader = TimestampPatternReader(text)
            return reader.read(parts)
        }
    }

    /// A count since 1970.
    private static func epoch(_ text: UnsafeBufferPointer<UInt8>, perSecond unit: Int64) -> Timestamp? {
        guard text.count <= 40 else { return nil }
        let string = String(decoding: text, as: UTF8.self)
        if let whole = Int64(string) {
            if unit > 1_000_000 { return checked(whole / (unit / 1_000_000)) }
            let (microseconds, overflow) = whole.multipliedReportingOverflow(by: 1_000_000 / unit)
            return overflow ? nil : checked(microseconds)
        }
        // Not what `Double` takes besides: hexadecimal digits, infinities.
        guard JSONNumberScanner.isInteger(text) != nil, let double = Double(string) else { return nil }
        return Int64(exactly: (double * 1_000_000 / Double(unit)).rounded()).flatMap { checked($0) }
    }

    /// Years 0001 to 9999, which is what RFC 3339 can write.
    static func checked(_ microseconds: Int64) -> Timestamp? {
        guard (-62_135_596_800_000_000..<253_402_300_800_000_000).contains(microseconds) else { return nil }
        return Timestamp(microseconds: microseconds)
    }

    @inline(__always)
    private static func digits(_ text: UnsafeBufferPointer<UInt8>, _ start: Int, _ count: Int) -> Int? {
        var value = 0
        for index in start..<start + count {
            let digit = text[index] &- 0x30
            guard digit < 10 else { return nil }
            value = value &* 10 &+ Int(digit)
        }
        return value
    }

    static func daysIn(month: Int, year: Int) -> Int {
        switch month {
        case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}
