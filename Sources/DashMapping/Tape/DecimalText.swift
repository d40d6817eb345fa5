/// A validated number's value.
enum DecimalText {
    private static let powers: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]

    @inline(__always)
    static func double(_ text: UnsafeBufferPointer<UInt8>) -> Double { short(text) ?? long(text) }

    /// Up to fifteen digits without exponent divide exactly, and a double has them all; nil for the rest.
    @inline(__always)
    static func short(_ text: UnsafeBufferPointer<UInt8>) -> Double? {
        var mantissa: UInt64 = 0
        var digits = 0
        var fraction = 0
        var seenPoint = false
        for byte in text {
            let digit = byte &- 0x30
            if digit < 10 {
                mantissa = mantissa &* 10 &+ UInt64(digit)
                digits &+= 1
                if seenPoint { fraction &+= 1 }
            } else if byte == UInt8(ascii: ".") {
                seenPoint = true
            } else if byte != UInt8(ascii: "-") {
                digits = .max
                break
            }
            if digits > 15 { break }
        }
        guard digits <= 15 else { return nil }
        let value = Double(mantissa) / powers[fraction]
        return text.first == UInt8(ascii: "-") ? -value : value
    }

    @inline(never)
    static func long(_ text: UnsafeBufferPointer<UInt8>) -> Double {
        ShortDecimal(text)?.double ?? Double(String(decoding: text, as: UTF8.self)) ?? 0
    }
}
