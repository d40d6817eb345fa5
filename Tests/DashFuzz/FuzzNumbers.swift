import DashJSON

/// Numbers at which arithmetic ends.
enum FuzzNumbers {
    static let fractions = [
        "1e308", "-1e308", "1.7976931348623157e308", "-1.7976931348623157e308", "1.797e308", "1e400", "-1e400",
        "1e-400",
        "5e-324", "2.2250738585072014e-308", "1e9999", "1e-9999", "0.1", "-0.0", "-0", "0e0", "1E+2",
        "9007199254740993",
        "0.000000000000000000000000000001", "123456789012345678901234567890.5", "1e-10000", "1e10000", "4.35",
    ]

    /// What is no number of JSON, but may come where one is asked for.
    static let texts = [
        "", " ", "NaN", "nan", "inf", "-inf", "Infinity", "-Infinity", "0x10", "0x1p1023", "1_000", "+5", "--1", "+-1",
        ".5",
        "5.", "1,5", "1e", "1e+", "e5", "٣", "１２", "1 ", " 1", "1\u{0}", "²", "½", "-", "+", "0b1",
        "1e99999999999999999999",
        "18446744073709551616", "99999999999999999999999999999999999999", "-0", "00", "007", "1.0000000000000000000001",
    ]

    /// Two to the power, and a little more or less.
    static func power(_ exponent: Int, plus: Int, isNegative: Bool) -> String {
        var digits: [Int] = [1]
        for _ in 0..<exponent {
            var carry = 0
            for index in digits.indices {
                let doubled = digits[index] * 2 + carry
                digits[index] = doubled % 10
                carry = doubled / 10
            }
            if carry > 0 { digits.append(carry) }
        }
        // Powers of two end on 2, 4, 6 or 8: two more or less changes the last digits only.
        var index = 0
        digits[0] += plus
        while index < digits.count, !(0...9).contains(digits[index]) {
            let isOver = digits[index] > 9
            digits[index] += isOver ? -10 : 10
            index += 1
            if index == digits.count { digits.append(0) }
            digits[index] += isOver ? 1 : -1
        }
        while digits.count > 1, digits.last == 0 { digits.removeLast() }
        return (isNegative ? "-" : "") + digits.reversed().map(String.init).joined()
    }
}
