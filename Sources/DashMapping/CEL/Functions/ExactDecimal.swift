/// A double's exact value in decimal, to round it as often as wanted without rounding twice.
struct ExactDecimal {
    private let isNegative: Bool
    /// Without zeros in front; at least one digit.
    private let digits: [UInt8]
    /// How many of the digits stand behind the point.
    private let scale: Int

    /// `value` must be finite.
    init(_ value: Double) {
        isNegative = value.sign == .minus
        guard value != 0, value.isFinite else {
            digits = [0]
            scale = 0
            return
        }
        let significand = value.significandBitPattern | (value.isNormal ? 1 << 52 : 0)
        let exponent = Int(max(value.exponentBitPattern, 1)) - 1075
        // In groups of nine digits, the lowest first.
        var groups = [UInt32(significand % 1_000_000_000), UInt32(significand / 1_000_000_000)]
        for _ in 0..<abs(exponent) { Self.multiply(&groups, by: exponent > 0 ? 2 : 5) }
        var text: [UInt8] = []
        for group in groups.reversed() {
            let part = String(group).utf8
            text += Array(repeating: UInt8(ascii: "0"), count: 9 - part.count) + Array(part)
        }
        digits = text.drop { $0 == UInt8(ascii: "0") }.map { $0 - UInt8(ascii: "0") }
        scale = max(0, -exponent)
    }

    private static func multiply(_ groups: inout [UInt32], by factor: UInt64) {
        var carry: UInt64 = 0
        for index in groups.indices {
            let product = UInt64(groups[index]) * factor + carry
            groups[index] = UInt32(product % 1_000_000_000)
            carry = product / 1_000_000_000
        }
        if carry > 0 { groups.append(UInt32(carry)) }
    }

    /// With this many digits behind the point.
    func fixed(_ precision: Int) -> String {
        let whole = digits.count - scale
        var rounded = Self.rounded(digits, keeping: whole + precision)
        // Rounding may have added a digit in front.
        var places = rounded.digits
        let wholeCount = whole + (rounded.carried ? 1 : 0)
        if wholeCount <= 0 {
            places = Array(repeating: 0, count: 1 - wholeCount) + places
            rounded.digits = places
        }
        let end = max(wholeCount, 1)
        while places.count < end + precision { places.append(0) }
        let front = Self.text(places[..<end])
        let sign = isNegative ? "-" : ""
        return precision == 0 ? sign + front : "\(sign)\(front).\(Self.text(places[end..<end + precision]))"
    }

    /// One digit before the point, `precision` behind it, and an exponent of two digits or more.
    func scientific(_ precision: Int) -> String {
        let rounded = Self.rounded(digits, keeping: precision + 1)
        var places = rounded.digits
        while places.count < precision + 1 { places.append(0) }
        let isZero = digits == [0]
        let exponent = isZero ? 0 : digits.count - scale - 1 + (rounded.carried ? 1 : 0)
        let power = exponent.magnitude < 10 ? "0\(exponent.magnitude)" : "\(exponent.magnitude)"
        let fraction = precision == 0 ? "" : "." + Self.text(places[1..<precision + 1])
        return "\(isNegative ? "-" : "")\(places[0])\(fraction)e\(exponent < 0 ? "-" : "+")\(power)"
    }

    /// The first `count` digits, rounded half to even; `carried` when a digit was added in front.
    private static func rounded(_ digits: [UInt8], keeping count: Int) -> (digits: [UInt8], carried: Bool) {
        guard count < digits.count else { return (digits, false) }
        guard count >= 0 else { return ([], false) }
        var kept = Array(digits[..<count])
        let rest = digits[count...]
        let isHalf = rest.first == 5 && rest.dropFirst().allSatisfy { $0 == 0 }
        let isOdd = (kept.last ?? 0) % 2 == 1
        guard rest.first ?? 0 > 5 || (rest.first == 5 && (!isHalf || isOdd)) else { return (kept, false) }
        var index = count - 1
        while index >= 0 {
            if kept[index] < 9 {
                kept[index] += 1
                return (kept, false)
            }
            kept[index] = 0
            index -= 1
        }
        return ([1] + kept, true)
    }

    private static func text(_ digits: some Sequence<UInt8>) -> String {
        String(decoding: digits.map { $0 + UInt8(ascii: "0") }, as: UTF8.self)
    }
}
