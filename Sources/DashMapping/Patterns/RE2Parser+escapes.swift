extension RE2Parser {
    /// One character or class inside brackets.
    mutating func classItem() -> [CharacterClass.Item]? {
        guard let next = peek else { return nil }
        if next == "[", offset + 1 < scalars.count, scalars[offset + 1] == ":" { return namedClass() }
        offset += 1
        return next == "\\" ? escape() : [.range(next.value...next.value)]
    }

    /// `[:alpha:]` and its like.
    private mutating func namedClass() -> [CharacterClass.Item]? {
        offset += 2
        let isNegated = take("^")
        var name = ""
        while let next = peek, next != ":" {
            name.unicodeScalars.append(next)
            offset += 1
        }
        guard take(":"), take("]"), let ranges = Self.named[name] else { return nil }
        return Self.items(ranges, isNegated: isNegated)
    }

    private static let named: [String: [ClosedRange<UInt32>]] = [
        "alnum": [0x30...0x39, 0x41...0x5A, 0x61...0x7A], "alpha": [0x41...0x5A, 0x61...0x7A], "ascii": [0...0x7F],
        "blank": [0x09...0x09, 0x20...0x20], "cntrl": [0...0x1F, 0x7F...0x7F], "digit": [0x30...0x39],
        "graph": [0x21...0x7E], "lower": [0x61...0x7A], "print": [0x20...0x7E],
        "punct": [0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E], "space": [0x09...0x0D, 0x20...0x20],
        "upper": [0x41...0x5A], "word": [0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A],
        "xdigit": [0x30...0x39, 0x41...0x46, 0x61...0x66],
    ]

    private static let spaces: [ClosedRange<UInt32>] = [0x09...0x0A, 0x0C...0x0D, 0x20...0x20]

    /// `ranges` must rise.
    private static func items(_ ranges: [ClosedRange<UInt32>], isNegated: Bool) -> [CharacterClass.Item] {
        guard isNegated else { return ranges.map { .range($0) } }
        var items: [CharacterClass.Item] = []
        var start: UInt32 = 0
        for range in ranges {
            if range.lowerBound > start { items.append(.range(start...(range.lowerBound - 1))) }
            start = range.upperBound + 1
        }
        items.append(.range(start...0x10FFFF))
        return items
    }

    /// What follows a backslash, apart from assertions.
    mutating func escape() -> [CharacterClass.Item]? {
        guard let next = peek else { return nil }
        offset += 1
        switch next {
        case "a": return [.range(0x07...0x07)]
        case "f": return [.range(0x0C...0x0C)]
        case "n": return [.range(0x0A...0x0A)]
        case "r": return [.range(0x0D...0x0D)]
        case "t": return [.range(0x09...0x09)]
        case "v": return [.range(0x0B...0x0B)]
        case "d", "D": return Self.items([0x30...0x39], isNegated: next == "D")
        case "s", "S": return Self.items(Self.spaces, isNegated: next == "S")
        case "w", "W": return Self.named["word"].map { Self.items($0, isNegated: next == "W") }
        case "p", "P": return category(isNegated: next == "P")
        case "x": return hexadecimal()
        case "0"..."7":
            offset -= 1
            return octal()
        default:
            let isPunctuation = next.isASCII && !next.properties.isAlphabetic && !("0"..."9").contains(next)
            return isPunctuation ? [.range(next.value...next.value)] : nil
        }
    }

    private mutating func category(isNegated: Bool) -> [CharacterClass.Item]? {
        var name = ""
        var isNegated = isNegated
        if take("{") {
            if take("^") { isNegated.toggle() }
            while let letter = peek, letter != "}" {
                name.unicodeScalars.append(letter)
                offset += 1
            }
            guard take("}") else { return nil }
        } else if let letter = peek {
            offset += 1
            name = String(letter)
        }
        if name == "Any" { return isNegated ? [] : [.range(0...0x10FFFF)] }
        guard CharacterClass.categories.contains(name) else { return nil }
        return [.category(name, isNegated: isNegated)]
    }

    private mutating func hexadecimal() -> [CharacterClass.Item]? {
        var digits = ""
        if take("{") {
            while let digit = peek, digit.properties.isASCIIHexDigit {
                digits.unicodeScalars.append(digit)
                offset += 1
            }
            guard take("}") else { return nil }
        } else {
            while digits.utf8.count < 2, let digit = peek, digit.properties.isASCIIHexDigit {
                digits.unicodeScalars.append(digit)
                offset += 1
            }
            guard digits.utf8.count == 2 else { return nil }
        }
        guard let value = UInt32(digits, radix: 16), value <= 0x10FFFF else { return nil }
        return [.range(value...value)]
    }

    /// `\0` with up to two digits behind it, or three digits; a single other digit would refer to a group.
    private mutating func octal() -> [CharacterClass.Item]? {
        var digits = ""
        while digits.utf8.count < 3, let digit = peek, ("0"..."7").contains(digit) {
            digits.unicodeScalars.append(digit)
            offset += 1
        }
        guard digits.hasPrefix("0") || digits.utf8.count == 3, let value = UInt32(digits, radix: 8) else { return nil }
        return [.range(value...value)]
    }
}
