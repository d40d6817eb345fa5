/// A JSON number's exact value: digits without zeros at either end, times a power of ten.
package struct JSONDecimal: Sendable {
    package let isNegative: Bool
    /// Values 0 to 9; none for zero.
    package let digits: [UInt8]
    package let exponent: Int

    package var isZero: Bool { digits.isEmpty }
    /// Whether the value has no fraction.
    package var isWhole: Bool { exponent >= 0 }

    /// `text` is a number as RFC 8259 spells it.
    package init(_ text: UnsafeBufferPointer<UInt8>) {
        var digits: [UInt8] = []
        var exponent = 0
        var seenPoint = false
        var index = 0
        isNegative = text.first == UInt8(ascii: "-")
        while index < text.count {
            let byte = text[index]
            index += 1
            if byte &- 0x30 < 10 {
                if byte != 0x30 || !digits.isEmpty { digits.append(byte - 0x30) }
                if seenPoint { exponent -= 1 }
            } else if byte == UInt8(ascii: ".") {
                seenPoint = true
            } else if byte | 0x20 == UInt8(ascii: "e") {
                exponent += Self.exponent(text[index...])
                break
            }
        }
        while digits.last == 0 {
            digits.removeLast()
            exponent += 1
        }
        self.digits = digits
        self.exponent = digits.isEmpty ? 0 : exponent
    }

    /// Beyond 2^40 either way it makes no difference any more.
    private static func exponent(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> Int {
        var value = 0
        for byte in text where byte &- 0x30 < 10 { value = min(value * 10 + Int(byte - 0x30), 1 << 40) }
        return text.first == UInt8(ascii: "-") ? -value : value
    }

    /// Less than zero when `left` is the smaller one, zero when they are equal.
    package static func compare(_ left: JSONDecimal, _ right: JSONDecimal) -> Int {
        if left.isZero || right.isZero {
            return left.sign - right.sign
        }
        guard left.isNegative == right.isNegative else { return left.isNegative ? -1 : 1 }
        let order = left.compareMagnitude(right)
        return left.isNegative ? -order : order
    }

    /// The digits written out, without exponent, sign of zero or zeros that say nothing. A value that would take more
    /// than `maxZeros` zeros beside its digits has an exponent: a few bytes may not become gigabytes.
    package func append(to output: inout [UInt8], maxZeros: Int = JSONLimits.maxIntegerDigits) {
        guard !isZero else { return output.append(UInt8(ascii: "0")) }
        if isNegative { output.append(UInt8(ascii: "-")) }
        let whole = digits.count + exponent
        guard exponent <= maxZeros, -whole <= maxZeros else {
            output += digits.map { UInt8(ascii: "0") + $0 } + Array("e\(exponent)".utf8)
            return
        }
        if whole <= 0 {
            output += [UInt8(ascii: "0"), UInt8(ascii: ".")] + repeatElement(UInt8(ascii: "0"), count: -whole)
        }
        for (place, digit) in digits.enumerated() {
            if place == whole, whole > 0 { output.append(UInt8(ascii: ".")) }
            output.append(UInt8(ascii: "0") + digit)
        }
        if exponent > 0 { output += repeatElement(UInt8(ascii: "0"), count: exponent) }
    }

    private var sign: Int { isZero ? 0 : isNegative ? -1 : 1 }

    private func compareMagnitude(_ other: JSONDecimal) -> Int {
        let difference = digits.count + exponent - other.digits.count - other.exponent
        if difference != 0 { return difference < 0 ? -1 : 1 }
        for (left, right) in zip(digits, other.digits) where left != right { return left < right ? -1 : 1 }
        return digits.count < other.digits.count ? -1 : digits.count > other.digits.count ? 1 : 0
    }

    /// Whether the value divided by `divisor`, which is not zero, is whole.
    package func isMultiple(of divisor: JSONDecimal) -> Bool {
        guard !isZero else { return true }
        // Neither has a zero at its end: with the smaller exponent it can't be divided.
        guard exponent >= divisor.exponent else { return false }
        // More powers of ten than the divisor could have factors of two or five change nothing any more.
        let shift = min(exponent - divisor.exponent, divisor.digits.count * 4)
        if divisor.digits.count <= 18 {
            let modulus = divisor.digits.reduce(UInt64(0)) { $0 * 10 + UInt64($1) }
            var rest = digits.reduce(UInt64(0)) { ($0 * 10 + UInt64($1)) % modulus }
            for _ in 0..<shift { rest = rest * 10 % modulus }
            return rest == 0
        }
        var rest: [UInt8] = []
        for digit in digits { Self.push(digit, onto: &rest, modulo: divisor.digits) }
        for _ in 0..<shift { Self.push(0, onto: &rest, modulo: divisor.digits) }
        return rest.isEmpty
    }

    /// `rest` = (`rest` * 10 + `digit`) mod `modulus`, in decimal digits without leading zeros.
    private static func push(_ digit: UInt8, onto rest: inout [UInt8], modulo modulus: [UInt8]) {
        if !rest.isEmpty || digit > 0 { rest.append(digit) }
        while rest.count > modulus.count || (rest.count == modulus.count && !rest.lexicographicallyPrecedes(modulus)) {
            var borrow = 0
            for place in 1...rest.count {
                let subtracted = place <= modulus.count ? Int(modulus[modulus.count - place]) : 0
                var value = Int(rest[rest.count - place]) - subtracted - borrow
                borrow = value < 0 ? 1 : 0
                if value < 0 { value += 10 }
                rest[rest.count - place] = UInt8(value)
            }
            rest.removeFirst(rest.prefix { $0 == 0 }.count)
        }
    }
}
