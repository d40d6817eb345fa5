import DashStorage

/// PostgreSQL's decimal numbers: digits to the base of ten thousand. Whole ones that fit stay whole.
enum BinaryNumeric {
    static func value(_ bytes: UnsafeRawBufferPointer) -> SQLValue {
        let count = Int(BinaryFormat.number(bytes) as Int16)
        let weight = Int(BinaryFormat.number(bytes, at: 2) as Int16)
        let sign: UInt16 = BinaryFormat.number(bytes, at: 4)
        if sign == 0xC000 { return .double(.nan) }
        if sign == 0xD000 { return .double(.infinity) }
        if sign == 0xF000 { return .double(-.infinity) }
        let digits = (0..<max(0, count)).map { Int64(BinaryFormat.number(bytes, at: 8 + $0 * 2) as Int16) }
        let isNegative = sign == 0x4000
        if let whole = whole(digits, weight: weight, isNegative) { return .integer(whole) }
        let places = count - 1 - weight
        return .double(short(digits, places, isNegative) ?? long(digits, weight, isNegative))
    }

    /// Two numbers that are exact make a quotient that is rounded once; nil when they aren't.
    private static func short(_ digits: [Int64], _ places: Int, _ isNegative: Bool) -> Double? {
        guard digits.count <= 4, powers.indices.contains(places) else { return nil }
        let whole = digits.reduce(0) { $0 * 10_000 + $1 }
        guard whole < 1 << 53 else { return nil }
        return Double(isNegative ? -whole : whole) / powers[places]
    }

    /// Ten thousand to the power of the index, as far as doubles have it exactly.
    private static let powers: [Double] = [1, 1e4, 1e8, 1e12, 1e16, 1e20]

    /// By way of text, which rounds once instead of at every digit.
    private static func long(_ digits: [Int64], _ weight: Int, _ isNegative: Bool) -> Double {
        let exponent = "e\((weight + 1) * 4)"
        let text = String(unsafeUninitializedCapacity: digits.count * 4 + exponent.utf8.count + 3) { buffer in
            var end = 0
            func put(_ byte: UInt8) {
                buffer[end] = byte
                end += 1
            }
            if isNegative { put(UInt8(ascii: "-")) }
            put(UInt8(ascii: "0"))
            put(UInt8(ascii: "."))
            for digit in digits {
                put(UInt8(ascii: "0") + UInt8(digit / 1_000 % 10))
                put(UInt8(ascii: "0") + UInt8(digit / 100 % 10))
                put(UInt8(ascii: "0") + UInt8(digit / 10 % 10))
                put(UInt8(ascii: "0") + UInt8(digit % 10))
            }
            for byte in exponent.utf8 { put(byte) }
            return end
        }
        return Double(text) ?? .nan
    }

    /// nil for a fraction and for what is too large.
    private static func whole(_ digits: [Int64], weight: Int, _ isNegative: Bool) -> Int64? {
        guard !digits.isEmpty else { return 0 }
        guard digits.count <= weight + 1, weight < 5 else { return nil }
        var sum: Int64 = 0
        for place in 0...weight {
            let digit = place < digits.count ? digits[place] : 0
            let (shifted, isTooLarge) = sum.multipliedReportingOverflow(by: 10_000)
            let (next, isOver) = shifted.addingReportingOverflow(isNegative ? -digit : digit)
            if isTooLarge || isOver { return nil }
            sum = next
        }
        return sum
    }
}
