extension Timestamp {
    /// Room for the text of any time, however many digits its year has.
    private static let textCapacity = 40

    /// RFC 3339 in UTC with microseconds, trailing zeros of the fraction cut: `2026-11-21T04:48:52.5Z`.
    public var text: String {
        String(unsafeUninitializedCapacity: Self.textCapacity) { write(to: $0) }
    }

    /// The bytes of `text`.
    public var utf8: [UInt8] {
        [UInt8](unsafeUninitializedCapacity: Self.textCapacity) { buffer, count in count = write(to: buffer) }
    }

    /// Returns how many bytes it wrote.
    private func write(to buffer: UnsafeMutableBufferPointer<UInt8>) -> Int {
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
        var out = DecimalWriter(buffer: buffer)
        out.append(date.year, digits: 4)
        out.append("-")
        out.append(Int64(date.month), digits: 2)
        out.append("-")
        out.append(Int64(date.day), digits: 2)
        out.append("T")
        out.append(second / 3_600, digits: 2)
        out.append(":")
        out.append(second / 60 % 60, digits: 2)
        out.append(":")
        out.append(second % 60, digits: 2)
        if fraction > 0 {
            var digits = 6
            while fraction % 10 == 0 {
                fraction /= 10
                digits -= 1
            }
            out.append(".")
            out.append(fraction, digits: digits)
        }
        out.append("Z")
        return out.count
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
