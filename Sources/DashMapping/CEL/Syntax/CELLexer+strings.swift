extension CELLexer {
    /// A literal in one or three quotes, `offset` at its prefix.
    mutating func string(prefixLength: Int, isRaw: Bool, isBytes: Bool) {
        let start = offset
        offset += prefixLength
        let quote = scalars[offset]
        let isTriple = peek(1) == quote && peek(2) == quote
        offset += isTriple ? 3 : 1
        var content: [UInt8] = []
        while true {
            guard let next = peek(), isTriple || (next != "\n" && next != "\r") else {
                report("the string has no end: a \(isTriple ? "triple quote" : "quote") is missing", at: start)
                break
            }
            if next == quote, !isTriple || (peek(1) == quote && peek(2) == quote) {
                offset += isTriple ? 3 : 1
                break
            }
            offset += 1
            if next == "\\", !isRaw {
                escape(&content, isBytes: isBytes)
            } else {
                content += Array(UTF8.encode(next) ?? UTF8.encodedReplacementCharacter)
            }
        }
        add(isBytes ? .bytes(content) : .string(String(decoding: content, as: UTF8.self)), at: start)
    }

    /// What follows a backslash.
    private mutating func escape(_ content: inout [UInt8], isBytes: Bool) {
        let start = offset - 1
        guard let letter = peek() else { return }
        offset += 1
        switch letter {
        case "a": content.append(0x07)
        case "b": content.append(0x08)
        case "f": content.append(0x0C)
        case "n": content.append(0x0A)
        case "r": content.append(0x0D)
        case "t": content.append(0x09)
        case "v": content.append(0x0B)
        case "\\", "?", "\"", "'", "`": content.append(UInt8(truncatingIfNeeded: letter.value))
        case "x", "X": code(digits: 2, radix: 16, start, &content, isBytes)
        case "0"..."3":
            offset -= 1
            code(digits: 3, radix: 8, start, &content, isBytes)
        case "u" where !isBytes: code(digits: 4, radix: 16, start, &content, false)
        case "U" where !isBytes: code(digits: 8, radix: 16, start, &content, false)
        case "u", "U": report("bytes have no \\\(letter) escapes; write \\x with two digits", at: start)
        default: report("'\\\(letter)' is no escape; a backslash itself is written \\\\", at: start)
        }
    }

    private mutating func code(
        digits: Int,
        radix: Int,
        _ start: Int,
        _ content: inout [UInt8],
        _ isBytes: Bool
    ) {
        let end = min(offset + digits, scalars.count)
        let text = text(offset..<end)
        guard text.utf8.count == digits, !text.utf8.contains(UInt8(ascii: "+")), let value = UInt32(text, radix: radix)
        else {
            let form = radix == 8 ? "three octal digits" : "\(digits) hexadecimal digits"
            return report("this escape needs \(form)", at: start)
        }
        offset = end
        if isBytes {
            content.append(UInt8(truncatingIfNeeded: value))
        } else if let scalar = Unicode.Scalar(value) {
            content += Array(UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        } else {
            report("there is no character with this number", at: start)
        }
    }
}
