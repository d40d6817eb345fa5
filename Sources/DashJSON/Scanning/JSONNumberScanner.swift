/// Finds the end of a number and checks that it can be stored.
public enum JSONNumberScanner {
    /// Whether all of `text` is a number as RFC 8259 spells it; nil when not, else whether it is without fraction and
    /// exponent.
    public static func isInteger(_ text: UnsafeBufferPointer<UInt8>) -> Bool? {
        guard let base = text.baseAddress, let first = text.first, first == UInt8(ascii: "-") || first &- 0x30 < 10
        else { return nil }
        let end = scan(base, from: 0, to: text.count, maxExponent: JSONLimits.default.maxExponent)
        return end.code == nil && end.offset == text.count ? end.isInteger : nil
    }

    struct End {
        var offset: Int
        var isInteger: Bool
        /// False for a number that only `maxExponent` `.max` lets through.
        var isStorable = true
        var code: JSONError.Code?
    }

    @inline(__always)
    static func scan(_ base: UnsafePointer<UInt8>, from start: Int, to end: Int, maxExponent: Int) -> End {
        var index = start
        if base[index] == UInt8(ascii: "-") { index &+= 1 }
        let firstDigit = index
        while index < end, base[index] &- 0x30 < 10 { index &+= 1 }
        let digits = index &- firstDigit
        guard digits == 1 || (digits > 1 && base[firstDigit] != UInt8(ascii: "0")) else {
            let early = digits == 0 && index >= end
            return End(offset: index, isInteger: true, code: early ? .unexpectedEnd : .invalidNumber)
        }
        if index >= end || (base[index] != UInt8(ascii: ".") && base[index] | 0x20 != UInt8(ascii: "e")) {
            let tooLong = digits > JSONLimits.maxIntegerDigits
            return End(
                offset: index,
                isInteger: true,
                isStorable: !tooLong,
                code: tooLong && maxExponent != .max ? .numberOutOfRange : nil
            )
        }
        return scanFraction(base, from: index, to: end, integerDigits: digits, maxExponent: maxExponent)
    }

    @inline(never)
    private static func scanFraction(
        _ base: UnsafePointer<UInt8>,
        from start: Int,
        to end: Int,
        integerDigits: Int,
        maxExponent: Int
    ) -> End {
        var index = start
        var fractionDigits = 0
        var exponent = 0
        func failed(_ code: JSONError.Code) -> End { End(offset: index, isInteger: false, code: code) }

        if base[index] == UInt8(ascii: ".") {
            index += 1
            let first = index
            while index < end, base[index] &- 0x30 < 10 { index += 1 }
            fractionDigits = index - first
            guard fractionDigits > 0 else { return failed(index < end ? .invalidNumber : .unexpectedEnd) }
        }
        if index < end, base[index] | 0x20 == UInt8(ascii: "e") {
            index += 1
            var negative = false
            if index < end, base[index] == UInt8(ascii: "-") || base[index] == UInt8(ascii: "+") {
                negative = base[index] == UInt8(ascii: "-")
                index += 1
            }
            let first = index
            while index < end, base[index] &- 0x30 < 10 {
                exponent = min(exponent * 10 + Int(base[index] - 0x30), 1 << 40)
                index += 1
            }
            guard index > first else { return failed(index < end ? .invalidNumber : .unexpectedEnd) }
            guard exponent <= maxExponent else { return failed(.numberOutOfRange) }
            if negative { exponent = -exponent }
        }
        let isStorable =
            abs(exponent) <= JSONLimits.maxStorableExponent
            && integerDigits + exponent <= JSONLimits.maxIntegerDigits
            && fractionDigits - exponent <= JSONLimits.maxFractionDigits
        guard isStorable || maxExponent == .max else { return failed(.numberOutOfRange) }
        return End(offset: index, isInteger: false, isStorable: isStorable, code: nil)
    }
}
