/// Dates and times by RFC 3339, durations by its appendix A.
enum TimeFormats {
    typealias Text = Slice<UnsafeBufferPointer<UInt8>>

    static func isDateTime(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard text.count >= 20, text[10] | 0x20 == UInt8(ascii: "t") else { return false }
        return isDate(text[..<10]) && isTime(text[11...])
    }

    static func isDate(_ text: Text) -> Bool {
        guard text.count == 10 else { return false }
        let start = text.startIndex
        guard text[start + 4] == UInt8(ascii: "-"), text[start + 7] == UInt8(ascii: "-"),
            let year = number(text, 0, 4), let month = number(text, 5, 2), let day = number(text, 8, 2)
        else { return false }
        return (1...12).contains(month) && day >= 1 && day <= TimestampText.daysIn(month: month, year: year)
    }

    static func isTime(_ text: Text) -> Bool {
        guard text.count >= 9 else { return false }
        let start = text.startIndex
        guard text[start + 2] == UInt8(ascii: ":"), text[start + 5] == UInt8(ascii: ":"),
            let hour = number(text, 0, 2), let minute = number(text, 3, 2), let second = number(text, 6, 2),
            hour < 24, minute < 60, second <= 60
        else { return false }
        var rest = text.dropFirst(8)
        if rest.first == UInt8(ascii: ".") {
            let digits = rest.dropFirst().prefix { $0 &- 0x30 < 10 }
            guard !digits.isEmpty else { return false }
            rest = rest[digits.endIndex...]
        }
        guard let offset = zoneMinutes(rest) else { return false }
        // A leap second is the last one of a day in UTC.
        return second < 60 || (hour * 60 + minute - offset + 2 * 1_440) % 1_440 == 1_439
    }

    private static func zoneMinutes(_ text: Text) -> Int? {
        guard let first = text.first else { return nil }
        if first | 0x20 == UInt8(ascii: "z") { return text.count == 1 ? 0 : nil }
        guard first == UInt8(ascii: "+") || first == UInt8(ascii: "-"), text.count == 6,
            text[text.startIndex + 3] == UInt8(ascii: ":"), let hours = number(text, 1, 2),
            let minutes = number(text, 4, 2), hours < 24, minutes < 60
        else { return nil }
        return (first == UInt8(ascii: "-") ? -1 : 1) * (hours * 60 + minutes)
    }

    @inline(__always)
    private static func number(_ text: Text, _ offset: Int, _ count: Int) -> Int? {
        var value = 0
        for index in text.startIndex + offset..<text.startIndex + offset + count {
            let digit = text[index] &- 0x30
            guard digit < 10 else { return nil }
            value = value * 10 + Int(digit)
        }
        return value
    }

    /// Units follow one another without a gap: `P1Y2M`, `PT3M4S`, but not `P1Y2D`.
    static func isDuration(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard text.first == UInt8(ascii: "P") else { return false }
        var rest = text.dropFirst()
        if rest.last == UInt8(ascii: "W") { return rest.count > 1 && rest.dropLast().allSatisfy { $0 &- 0x30 < 10 } }
        let dates = units(&rest, "YMD")
        guard let dates else { return false }
        guard rest.first == UInt8(ascii: "T") else { return rest.isEmpty && dates > 0 }
        rest = rest.dropFirst()
        guard let times = units(&rest, "HMS") else { return false }
        return rest.isEmpty && times > 0
    }

    /// How many numbers with a unit stand at the front, which must be neighbours among `names`; nil when they are not.
    private static func units(_ text: inout Text, _ names: StaticString) -> Int? {
        var place = -1
        var count = 0
        while let first = text.first, first &- 0x30 < 10 {
            text = text.drop { $0 &- 0x30 < 10 }
            guard let unit = text.first else { return nil }
            let next = (0..<names.utf8CodeUnitCount).first { names.utf8Start[$0] == unit && $0 > place }
            guard let next, place < 0 || next == place + 1 else { return nil }
            place = next
            count += 1
            text = text.dropFirst()
        }
        return count
    }
}
