/// A number of few digits, exactly: a whole number of 64 bits without zeros at its end, times a power of ten.
struct ShortDecimal: Equatable {
    let isNegative: Bool
    let digits: UInt64
    /// 0 for zero.
    let exponent: Int

    /// `text` is a number as RFC 8259 spells it; nil when its digits need more than 64 bits.
    init?(_ text: UnsafeBufferPointer<UInt8>) {
        var digits: UInt64 = 0
        var exponent = 0
        // They count only when another digit follows.
        var zeros = 0
        var seenPoint = false
        var index = 0
        while index < text.count {
            let byte = text[index]
            let digit = byte &- 0x30
            index += 1
            if digit < 10 {
                if seenPoint { exponent -= 1 }
                guard digit > 0 else {
                    if digits > 0 { zeros += 1 }
                    continue
                }
                guard digits == 0 || zeros < 19 else { return nil }
                let factor = digits == 0 ? 1 : Self.powers[zeros + 1]
                let (shifted, isLarge) = digits.multipliedReportingOverflow(by: factor)
                let (sum, isOver) = shifted.addingReportingOverflow(UInt64(digit))
                guard !isLarge, !isOver else { return nil }
                digits = sum
                zeros = 0
            } else if byte == UInt8(ascii: ".") {
                seenPoint = true
            } else if byte | 0x20 == UInt8(ascii: "e") {
                exponent += Self.exponent(text[index...])
                break
            }
        }
        isNegative = text.first == UInt8(ascii: "-")
        self.digits = digits
        self.exponent = digits == 0 ? 0 : exponent + zeros
    }

    /// 10 to the powers that 64 bits hold.
    private static let powers: [UInt64] = (0...19).map { power in (0..<power).reduce(1) { value, _ in value * 10 } }

    /// Beyond 2^40 either way it makes no difference any more.
    private static func exponent(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> Int {
        var value = 0
        for byte in text where byte &- 0x30 < 10 { value = min(value * 10 + Int(byte - 0x30), 1 << 40) }
        return text.first == UInt8(ascii: "-") ? -value : value
    }

    /// The nearest double, where one exact division or multiplication gives it.
    var double: Double? {
        guard digits > 0 else { return isNegative ? -0.0 : 0 }
        let magnitude: Double
        switch exponent {
        case 0...19:
            let (product, isLarge) = digits.multipliedReportingOverflow(by: Self.powers[exponent])
            guard !isLarge else { return nil }
            magnitude = Double(product)
        case -19..<0:
            // Both with their highest bit set, so that the quotient has 64 bits; what is left over only tells it from a
            // half when it is rounded.
            let power = Self.powers[-exponent]
            let (dividendShift, divisorShift) = (digits.leadingZeroBitCount, power.leadingZeroBitCount)
            let (dividend, divisor) = (digits << UInt64(dividendShift), power << UInt64(divisorShift))
            let isLess = dividend < divisor
            let (quotient, rest) = divisor.dividingFullWidth(
                isLess ? (high: dividend, low: 0) : (high: dividend >> 1, low: dividend << 63)
            )
            let scale = divisorShift - dividendShift - (isLess ? 64 : 63)
            magnitude = Double(sign: .plus, exponent: scale, significand: Double(rest == 0 ? quotient : quotient | 1))
        default: return nil
        }
        return isNegative ? -magnitude : magnitude
    }

    /// Whether a double as short as it can be written is this very number.
    func isText(of value: Double) -> Bool {
        guard value.isFinite else { return false }
        var text = value.description
        return text.withUTF8 { ShortDecimal($0) } == self
    }

    /// The number as a whole one; nil when it has a fraction or is out of range.
    func whole<Value: FixedWidthInteger>(_ type: Value.Type) -> Value? {
        guard digits > 0 else { return 0 }
        guard exponent >= 0, exponent < Self.powers.count else { return nil }
        let (magnitude, isLarge) = digits.multipliedReportingOverflow(by: Self.powers[exponent])
        guard !isLarge else { return nil }
        guard isNegative else { return Value(exactly: magnitude) }
        if magnitude == 1 << 63 { return Value(exactly: Int64.min) }
        return Int64(exactly: magnitude).flatMap { Value(exactly: -$0) }
    }
}
