extension Timestamp {
    /// RFC 3339 in UTC with microseconds, trailing zeros of the fraction cut: `2026-11-21T04:48:52.5Z`.
    public var text: String { String(decoding: utf8, as: UTF8.self) }

    /// The bytes of `text`.
    public var utf8: [UInt8] {
        var fraction = microseconds % 1_000_000
        var seconds = microseconds / 1_000_000
        if fraction < 0 {
            fraction += 1_000_000
            seconds -= 1
        }
        var day = seconds / 86_400
        var second = seconds % 86_400
        if second < 0 {
            second += 86_400
            day -= 1
        }
        let date = CivilDate(day: day)
        var out: [UInt8] = []
        out.reserveCapacity(27)
        out.appendDecimal(date.year, digits: 4)
        out.append(UInt8(ascii: "-"))
        out.appendDecimal(Int64(date.month), digits: 2)
        out.append(UInt8(ascii: "-"))
        out.appendDecimal(Int64(date.day), digits: 2)
        out.append(UInt8(ascii: "T"))
        out.appendDecimal(second / 3_600, digits: 2)
        out.append(UInt8(ascii: ":"))
        out.appendDecimal(second / 60 % 60, digits: 2)
        out.append(UInt8(ascii: ":"))
        out.appendDecimal(second % 60, digits: 2)
        if fraction > 0 {
            out.append(UInt8(ascii: "."))
            out.appendDecimal(fraction, digits: 6)
            while out.last == UInt8(ascii: "0") { out.removeLast() }
        }
        out.append(UInt8(ascii: "Z"))
        return out
    }

    /// Reads RFC 3339 (`T` or a space, any offset, up to nine fraction digits) and plain dates; nil for anything else.
    public init?(text: some StringProtocol) {
        self.init(utf8: Array(text.utf8))
    }

    /// Reads the same forms as `init(text:)` from bytes.
    public init?(utf8 bytes: some Collection<UInt8>) {
        var reader = TimestampReader(bytes)
        guard let value = reader.read() else { return nil }
        self = value
    }
}

extension [UInt8] {
    fileprivate mutating func appendDecimal(_ value: Int64, digits: Int) {
        guard value >= 0 else {
            let text = String(value)
            for _ in 0..<Swift.max(0, digits - text.utf8.count) { append(UInt8(ascii: "0")) }
            return append(contentsOf: text.utf8)
        }
        var divisor: Int64 = 1
        for _ in 1..<digits { divisor *= 10 }
        while value / divisor > 9 { divisor *= 10 }
        while divisor > 0 {
            append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: value / divisor % 10))
            divisor /= 10
        }
    }
}
