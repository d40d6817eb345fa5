/// A JSON number's exact value: digits without zeros at either end, times a power of ten.
struct JSONDecimal {
    let isNegative: Bool
    /// Values 0 to 9; none for zero.
    let digits: [UInt8]
    let exponent: Int

    var isZero: Bool { digits.isEmpty }
    /// Whether the value has no fraction.
    var isWhole: Bool { exponent >= 0 }

    /// `text` is a number as RFC 8259 spells it.
    init(_ text: UnsafeBufferPointer<UInt8>) {
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

    /// The nearest double of a text of no more than fifteen digits without exponent: two such texts have the same
    /// order as their doubles. nil for any other text.
    @inline(__always)
    static func short(_ text: UnsafeBufferPointer<UInt8>) -> Double? {
        guard text.count <= 16 else { return nil }
        for byte in text where byte > 0x39 { return nil }
        return text.count <= 15 || text.contains(UInt8(ascii: ".")) || text.first == UInt8(ascii: "-")
            ? DecimalText.double(text) : nil
    }

    /// Less than zero when `left` is the smaller one, zero when they are equal.
    static func compare(_ left: JSONDecimal, _ right: JSONDecimal) -> Int {
        if left.isZero || right.isZero {
            return left.sign - right.sign
        }
        guard left.isNegative == right.isNegative else { return left.isNegative ? -1 : 1 }
        let order = left.compareMagnitude(right)
        return left.isNegative ? -order : order
    }

    private var sign: Int { isZero ? 0 : isNegative ? -1 : 1 }

    private func compareMagnitude(_ other: JSONDecimal) -> Int {
        let difference = digits.count + exponent - other.digits.count - other.exponent
        if difference != 0 { return difference < 0 ? -1 : 1 }
        for (left, right) in zip(digits, other.digits) where left != right { return left < right ? -1 : 1 }
        return digits.count < other.digits.count ? -1 : digits.count > other.digits.count ? 1 : 0
    }

    /// Whether the value divided by `divisor`, which is not zero, is whole.
    func isMultiple(of divisor: JSONDecimal) -> Bool {
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
