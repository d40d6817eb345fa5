/// How a source writes its timestamps.
public struct TimestampFormat: Sendable, Hashable {
    enum Form: Sendable, Hashable {
        case rfc3339
        /// Units of a second.
        case epoch(perSecond: Int64)
        /// The dates of mail, HTTP and RSS.
        case mail
        case pattern([Part])
    }

    enum Part: Sendable, Hashable {
        case year, shortYear, month, monthName, day, weekday, hour, hour12, half, minute, second, fraction, zone,
            epochSeconds
        case literal(UInt8)
        case spaces
    }

    /// As written in the definition.
    public let text: String
    let form: Form

    /// `rfc3339`, `unix`, `unix_ms`, `unix_us`, `unix_ns`, `rfc2822` (also by the names `rfc822`, `rfc1123`, `rfc5322` and
    /// `http`), or a pattern of `%Y %y %m %b %d %a %H %I %p %M %S %f %z %Z %s %F %T %%`.
    public init?(_ text: String) {
        self.text = text
        switch text {
        case "rfc3339", "iso8601": form = .rfc3339
        case "unix", "unix_s": form = .epoch(perSecond: 1)
        case "unix_ms": form = .epoch(perSecond: 1_000)
        case "unix_us": form = .epoch(perSecond: 1_000_000)
        case "unix_ns": form = .epoch(perSecond: 1_000_000_000)
        case "rfc2822", "rfc822", "rfc1123", "rfc5322", "http": form = .mail
        default:
            guard let parts = Self.parts(of: text) else { return nil }
            form = .pattern(parts)
        }
    }

    private static func parts(of text: String) -> [Part]? {
        var parts: [Part] = []
        var bytes = text.utf8.makeIterator()
        while let byte = bytes.next() {
            guard byte == UInt8(ascii: "%") else {
                parts.append(byte == UInt8(ascii: " ") ? .spaces : .literal(byte))
                continue
            }
            guard let letter = bytes.next() else { return nil }
            switch letter {
            case UInt8(ascii: "Y"): parts.append(.year)
            case UInt8(ascii: "y"): parts.append(.shortYear)
            case UInt8(ascii: "m"): parts.append(.month)
            case UInt8(ascii: "b"), UInt8(ascii: "B"): parts.append(.monthName)
            case UInt8(ascii: "a"), UInt8(ascii: "A"): parts.append(.weekday)
            case UInt8(ascii: "d"), UInt8(ascii: "e"): parts.append(.day)
            case UInt8(ascii: "H"): parts.append(.hour)
            case UInt8(ascii: "I"): parts.append(.hour12)
            case UInt8(ascii: "p"): parts.append(.half)
            case UInt8(ascii: "M"): parts.append(.minute)
            case UInt8(ascii: "S"): parts.append(.second)
            case UInt8(ascii: "f"): parts.append(.fraction)
            case UInt8(ascii: "z"), UInt8(ascii: "Z"): parts.append(.zone)
            case UInt8(ascii: "s"): parts.append(.epochSeconds)
            case UInt8(ascii: "F"): parts += [.year, .literal(0x2D), .month, .literal(0x2D), .day]
            case UInt8(ascii: "T"): parts += [.hour, .literal(0x3A), .minute, .literal(0x3A), .second]
            case UInt8(ascii: "%"): parts.append(.literal(letter))
            default: return nil
            }
        }
        let hasDate =
            (parts.contains(.year) || parts.contains(.shortYear)) && parts.contains(.day)
            && (parts.contains(.month) || parts.contains(.monthName))
        return hasDate || parts.contains(.epochSeconds) ? parts : nil
    }
}
