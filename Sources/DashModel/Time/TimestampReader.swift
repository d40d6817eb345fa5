/// Reads a timestamp from bytes, one part after the other.
struct TimestampReader<Bytes: Collection<UInt8>> {
    private var rest: Bytes.SubSequence

    init(_ bytes: Bytes) { rest = bytes[...] }

    mutating func read() -> Timestamp? {
        guard let year = digits(4), take("-"), let month = digits(2), take("-"), let day = digits(2),
            let date = CivilDate(year: year, month: Int(month), day: Int(day))
        else { return nil }
        var microseconds = date.dayNumber * 86_400_000_000
        if rest.isEmpty { return Timestamp(microseconds: microseconds) }
        guard take("T") || take("t") || take(" "), let hour = digits(2), hour < 24, take(":"),
            let minute = digits(2), minute < 60
        else { return nil }
        var second: Int64 = 0
        if take(":") {
            guard let value = digits(2), value <= 60 else { return nil }
            second = value
        }
        microseconds += (hour * 3_600 + minute * 60 + second) * 1_000_000
        if take(".") || take(",") {
            guard let value = fraction() else { return nil }
            microseconds += value
        }
        guard let offset = zone(), rest.isEmpty else { return nil }
        return Timestamp(microseconds: microseconds - offset * 60_000_000)
    }

    /// Microseconds; digits beyond the sixth are read and dropped.
    private mutating func fraction() -> Int64? {
        var value: Int64 = 0
        var count = 0
        while let byte = rest.first, (48...57).contains(byte), count < 12 {
            if count < 6 { value = value * 10 + Int64(byte - 48) }
            count += 1
            rest = rest.dropFirst()
        }
        guard count > 0 else { return nil }
        for _ in 0..<max(0, 6 - count) { value *= 10 }
        return value
    }

    /// Minutes east of UTC. A missing zone is read as UTC, as most APIs that leave it out mean it.
    private mutating func zone() -> Int64? {
        _ = take(" ")
        if rest.isEmpty || take("Z") || take("z") { return 0 }
        let sign: Int64
        if take("+") { sign = 1 } else if take("-") { sign = -1 } else { return nil }
        guard let hours = digits(2), hours < 24 else { return nil }
        _ = take(":")
        let minutes = rest.isEmpty ? 0 : digits(2)
        guard let minutes, minutes < 60 else { return nil }
        return sign * (hours * 60 + minutes)
    }

    private mutating func digits(_ count: Int) -> Int64? {
        var value: Int64 = 0
        for _ in 0..<count {
            guard let byte = rest.first, (48...57).contains(byte) else { return nil }
            value = value * 10 + Int64(byte - 48)
            rest = rest.dropFirst()
        }
        return value
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard let byte = rest.first, byte == UInt8(ascii: character) else { return false }
        rest = rest.dropFirst()
        return true
    }
}
