package import DashModel

/// Reads the dates of mail, HTTP and RSS: `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 5322 with its obsolete forms, RFC 9110),
/// and the two older forms that HTTP knows, `Sunday, 06-Nov-94 08:49:37 GMT` and `Sun Nov  6 08:49:37 1994`.
package enum MailDate {
    private static let longest = 100

    package static func read(_ text: String) -> Timestamp? {
        var text = text
        return text.withUTF8 { read($0) }
    }

    static func read(_ text: UnsafeBufferPointer<UInt8>) -> Timestamp? {
        guard text.count <= longest else { return nil }
        var words = words(of: text)[...]
        if let first = words.first, CalendarNames.isWeekday(first) { words.removeFirst() }
        if let first = words.first, let month = CalendarNames.month(first) { return asctime(month, words.dropFirst()) }
        // `06-Nov-94` is three words.
        if let date = words.first?.split(separator: "-"), date.count == 3 {
            words = date.map(String.init) + words.dropFirst()
        }
        guard words.count == 5 else { return nil }
        let parts = Array(words)
        guard let day = digits(parts[0], 1...2), let month = CalendarNames.month(parts[1]), let year = year(parts[2]),
            var time = clock(parts[3]), let zone = zone(parts[4])
        else { return nil }
        (time.year, time.month, time.day, time.zoneMinutes) = (year, month, day, zone)
        return time.timestamp
    }

    /// `Nov  6 08:49:37 1994`: in UTC, as HTTP says.
    private static func asctime(_ month: Int, _ words: ArraySlice<String>) -> Timestamp? {
        let parts = Array(words)
        guard parts.count == 3, let day = digits(parts[0], 1...2), var time = clock(parts[1]),
            let year = digits(parts[2], 4...4)
        else { return nil }
        (time.year, time.month, time.day) = (year, month, day)
        return time.timestamp
    }

    /// In lower case, without the comments in parentheses that mail may hold.
    private static func words(of text: UnsafeBufferPointer<UInt8>) -> [String] {
        var depth = 0
        var plain: [UInt8] = []
        for byte in text {
            switch byte {
            case UInt8(ascii: "("): depth += 1
            case UInt8(ascii: ")") where depth > 0: depth -= 1
            case UInt8(ascii: ","), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"):
                if depth == 0 { plain.append(UInt8(ascii: " ")) }
            default: if depth == 0 { plain.append(byte) }
            }
        }
        return String(decoding: plain, as: UTF8.self).lowercased().split(separator: " ").map(String.init)
    }

    /// Two digits are of this century up to 49, three count from 1900 (RFC 5322 §4.3).
    private static func year(_ text: String) -> Int? {
        guard let year = digits(text, 2...4) else { return nil }
        switch text.utf8.count {
        case 2: return year < 50 ? 2_000 + year : 1_900 + year
        case 3: return 1_900 + year
        default: return year
        }
    }

    private static func clock(_ text: String) -> CivilTime? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { digits($0, 1...2) }
        guard (2...3).contains(parts.count), let hour = parts[0], let minute = parts[1] else { return nil }
        var time = CivilTime(hour: hour, minute: minute)
        if parts.count == 3 {
            guard let second = parts[2] else { return nil }
            time.second = second
        }
        return time
    }

    private static func zone(_ text: String) -> Int? {
        guard let sign = text.first, sign == "+" || sign == "-" else { return CalendarNames.zone(text) }
        guard let value = digits(text.dropFirst().filter { $0 != ":" }, 4...4), value % 100 < 60, value < 2_400 else {
            return nil
        }
        let minutes = value / 100 * 60 + value % 100
        return sign == "-" ? -minutes : minutes
    }

    /// A number of so many digits.
    private static func digits(_ text: some StringProtocol, _ count: ClosedRange<Int>) -> Int? {
        guard count.contains(text.utf8.count), text.utf8.allSatisfy({ $0 &- 0x30 < 10 }) else { return nil }
        return Int(text)
    }
}
