import DashStorage

/// PostgreSQL's decimal numbers: digits to the base of ten thousand. Whole ones that fit stay whole.
enum BinaryNumeric {
    static func value(_ bytes: UnsafeRawBufferPointer) -> SQLValue {
        let count = Int(BinaryFormat.number(bytes) as Int16)
        var weight = Int(BinaryFormat.number(bytes, at: 2) as Int16)
        let sign: UInt16 = BinaryFormat.number(bytes, at: 4)
        if sign == 0xC000 { return .double(.nan) }
        if sign == 0xD000 { return .double(.infinity) }
        if sign == 0xF000 { return .double(-.infinity) }
        let digits = (0..<max(0, count)).map { Int64(BinaryFormat.number(bytes, at: 8 + $0 * 2) as Int16) }
        let isNegative = sign == 0x4000
        if let whole = whole(digits, weight: weight) { return .integer(isNegative ? -whole : whole) }
        // By way of text, which rounds once instead of at every digit.
        var text = isNegative ? "-0." : "0."
        for digit in digits { text += String(repeating: "0", count: 4 - String(digit).count) + String(digit) }
        weight += 1
        return Double(text + "e\(weight * 4)").map(SQLValue.double) ?? .double(.nan)
    }

    private static func whole(_ digits: [Int64], weight: Int) -> Int64? {
        guard digits.count <= weight + 1 else { return digits.isEmpty ? 0 : nil }
        guard weight < 4 else { return nil }
        return (0...max(0, weight)).reduce(0) { sum, place in
            sum * 10_000 + (place < digits.count ? digits[place] : 0)
        }
    }
}
