extension JSONPathParser {
    /// A string in single or double quotes, escapes resolved.
    mutating func quoted() throws(JSONPathError) -> String {
        let quote = bytes[offset]
        let start = offset
        offset += 1
        var text: [UInt8] = []
        while let byte = peek {
            if byte == quote {
                offset += 1
                return String(decoding: text, as: UTF8.self)
            }
            guard byte >= 0x20 else { throw fail("a control character must be written as an escape") }
            if byte == UInt8(ascii: "\\") {
                try escape(quote, &text)
            } else {
                text.append(byte)
                offset += 1
            }
        }
        throw fail("the closing quote is missing", at: start)
    }

    private mutating func escape(_ quote: UInt8, _ text: inout [UInt8]) throws(JSONPathError) {
        offset += 1
        guard let byte = peek else { throw fail("the closing quote is missing") }
        offset += 1
        switch byte {
        case quote, UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"):
            let scalar = try scalarEscape()
            text.append(contentsOf: String(scalar).utf8)
        default: throw fail("unknown escape", at: offset - 1)
        }
    }

    private mutating func scalarEscape() throws(JSONPathError) -> Unicode.Scalar {
        let start = offset
        var value = try hexUnit()
        if value & 0xFC00 == 0xD800, take("\\u") {
            let low = try hexUnit()
            guard low & 0xFC00 == 0xDC00 else { throw fail("half of a surrogate pair stands alone", at: start) }
            value = 0x10000 + ((value & 0x3FF) << 10) + (low & 0x3FF)
        }
        guard let scalar = Unicode.Scalar(value) else {
            throw fail("half of a surrogate pair stands alone", at: start)
        }
        return scalar
    }

    private mutating func hexUnit() throws(JSONPathError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = peek, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw fail("four hexadecimal digits are expected here")
            }
            value = value << 4 | UInt32(digit)
            offset += 1
        }
        return value
    }
}
