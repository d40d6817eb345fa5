extension CELLexer {
    mutating func number() {
        let start = offset
        if peek() == "0", let x = peek(1), x == "x" || x == "X" { return hexNumber() }
        var isDouble = false
        digits()
        if peek() == ".", let digit = peek(1), Self.isDigit(digit) {
            isDouble = true
            offset += 1
            digits()
        }
        if let letter = peek(), letter == "e" || letter == "E" {
            let sign = peek(1)
            let ahead = sign == "+" || sign == "-" ? 2 : 1
            if let digit = peek(ahead), Self.isDigit(digit) {
                isDouble = true
                offset += ahead
                digits()
            }
        }
        let digits = text(start..<offset)
        if isDouble {
            add(.double(Double(digits) ?? 0, digits), at: start)
        } else {
            whole(digits, radix: 10, start)
        }
        endOfNumber(start)
    }

    private mutating func hexNumber() {
        let start = offset
        offset += 2
        let first = offset
        while let scalar = peek(), scalar.properties.isASCIIHexDigit { offset += 1 }
        if offset == first {
            report("0x must be followed by hexadecimal digits", at: start)
            add(.int(0), at: start)
        } else {
            whole(text(first..<offset), radix: 16, start)
        }
        endOfNumber(start)
    }

    private mutating func whole(_ digits: String, radix: Int, _ start: Int) {
        let value = UInt64(digits, radix: radix)
        if let suffix = peek(), suffix == "u" || suffix == "U" {
            offset += 1
            if value == nil { report("the number is too large for a uint", at: start) }
            return add(.uint(value ?? 0), at: start)
        }
        // The smallest int is one further from 0 than the largest; the parser knows whether there is a minus.
        if value.map({ $0 > 1 << 63 }) ?? true {
            report("the number is too large for an int; write it with u for a uint or with .0 for a double", at: start)
        }
        add(.int(min(value ?? 0, 1 << 63)), at: start)
    }

    private mutating func endOfNumber(_ start: Int) {
        guard let next = peek(), Self.isNamePart(next) else { return }
        while let scalar = peek(), Self.isNamePart(scalar) { offset += 1 }
        report("a number can't run into a name: '\(text(start..<offset))'", at: start)
    }

    private mutating func digits() { while let digit = peek(), Self.isDigit(digit) { offset += 1 } }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }
}
