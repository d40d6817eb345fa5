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
        if let whole = whole(digits, weight: weight, isNegative) { return .integer(whole) }
        // By way of text, which rounds once instead of at every digit.
        var text = isNegative ? "-0." : "0."
        for digit in digits { text += String(repeating: "0", count: 4 - String(digit).count) + String(digit) }
        weight += 1
        return Double(text + "e\(weight * 4)").map(SQLValue.double) ?? .double(.nan)
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
