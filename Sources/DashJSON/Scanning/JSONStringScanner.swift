/// Finds the end of a string and checks everything in between.
enum JSONStringScanner {
    struct End {
        /// Offset of the closing quote.
        var quote: Int
        /// `escaped`, and `rough` where some escape says what a plain letter or a shorter escape would.
        var flags: JSONNode.Flags
        var failure: JSONFailure?
    }

    /// The whole grammar of a string from `offset` on, which lies behind the opening quote.
    @inline(never)
    static func scan(
        _ base: UnsafePointer<UInt8>,
        from offset: Int,
        to end: Int,
        allowsNull: Bool
    ) -> End {
        var index = offset
        var flags: JSONNode.Flags = []
        while true {
            let special = JSONWord.special(JSONWord.load(base, index, end))
            guard special != 0 else {
                index += 8
                continue
            }
            index += special.trailingZeroBitCount >> 3
            guard index < end else { return failed(.unexpectedEnd, end) }
            let byte = base[index]
            if byte == UInt8(ascii: "\"") { return End(quote: index, flags: flags, failure: nil) }
            if byte >= 0x80 {
                repeat {
                    let length = sequenceLength(base, index, end)
                    guard length > 0 else { return failed(.invalidUTF8, index) }
                    index += length
                } while index < end && base[index] >= 0x80
            } else if byte == UInt8(ascii: "\\") {
                let escape = scanEscape(base, index, end, allowsNull)
                if let code = escape.code { return failed(code, escape.code == .unexpectedEnd ? end : index) }
                flags.formUnion(isCanonical(base, index, escape.length) ? .escaped : [.escaped, .rough])
                if escape.isNull { flags.insert(.unstorable) }
                index += escape.length
            } else {
                return failed(.controlCharacter, index)
            }
        }
    }

    private static func failed(_ code: JSONError.Code, _ offset: Int) -> End {
        End(quote: 0, flags: [], failure: JSONFailure(code: code, offset: offset))
    }

    /// The length of the well-formed UTF-8 sequence at `index`, or 0.
    @inline(__always)
    static func sequenceLength(_ base: UnsafePointer<UInt8>, _ index: Int, _ end: Int) -> Int {
        let lead = base[index]
        func trail(_ position: Int, _ low: UInt8 = 0x80, _ high: UInt8 = 0xBF) -> Bool {
            index + position < end && base[index + position] >= low && base[index + position] <= high
        }
        switch lead {
        case 0xC2...0xDF: return trail(1) ? 2 : 0
        case 0xE0: return trail(1, 0xA0) && trail(2) ? 3 : 0
        case 0xE1...0xEC, 0xEE, 0xEF: return trail(1) && trail(2) ? 3 : 0
        case 0xED: return trail(1, 0x80, 0x9F) && trail(2) ? 3 : 0
        case 0xF0: return trail(1, 0x90) && trail(2) && trail(3) ? 4 : 0
        case 0xF1...0xF3: return trail(1) && trail(2) && trail(3) ? 4 : 0
        case 0xF4: return trail(1, 0x80, 0x8F) && trail(2) && trail(3) ? 4 : 0
        default: return 0
        }
    }

    private static func scanEscape(
        _ base: UnsafePointer<UInt8>,
        _ index: Int,
        _ end: Int,
        _ allowsNull: Bool
    ) -> (length: Int, code: JSONError.Code?, isNull: Bool) {
        guard index + 1 < end else { return (0, .unexpectedEnd, false) }
        switch base[index + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return (2, nil, false)
        case UInt8(ascii: "u"): break
        default: return (0, .invalidEscape, false)
        }
        guard index + 6 <= end else { return (0, .unexpectedEnd, false) }
        guard let unit = hexUnit(base, index + 2) else { return (0, .invalidEscape, false) }
        if unit == 0 { return allowsNull ? (6, nil, true) : (0, .nullCharacter, false) }
        guard unit & 0xF800 == 0xD800 else { return (6, nil, false) }
        guard unit < 0xDC00 else { return (0, .loneSurrogate, false) }
        guard index + 12 <= end, base[index + 6] == UInt8(ascii: "\\"), base[index + 7] == UInt8(ascii: "u"),
            let low = hexUnit(base, index + 8), low & 0xFC00 == 0xDC00
        else { return (0, .loneSurrogate, false) }
        return (12, nil, false)
    }

    /// Whether a checked escape is how `JSONEscaping` would write its letter.
    private static func isCanonical(_ base: UnsafePointer<UInt8>, _ index: Int, _ length: Int) -> Bool {
        guard length == 6 else { return length == 2 && base[index + 1] != UInt8(ascii: "/") }
        guard let unit = hexUnit(base, index + 2), unit < 0x20, ![0x08, 0x09, 0x0A, 0x0C, 0x0D].contains(unit) else {
            return false
        }
        // Letters of hexadecimal digits are small.
        return base[index + 5] & 0xE0 != 0x40
    }

    /// The four hexadecimal digits at `index`, whose presence the caller has checked.
    static func hexUnit(_ base: UnsafePointer<UInt8>, _ index: Int) -> UInt32? {
        var unit: UInt32 = 0
        for position in index..<index + 4 {
            let byte = base[position]
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            default: return nil
            }
            unit = unit << 4 | UInt32(digit)
        }
        return unit
    }
}
