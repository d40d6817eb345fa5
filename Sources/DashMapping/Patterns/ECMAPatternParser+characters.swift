extension ECMAPatternParser {
    private static let digits: [CharacterClass.Item] = [.range(0x30...0x39)]
    private static let words: [CharacterClass.Item] = [
        .range(0x30...0x39), .range(0x41...0x5A), .range(0x5F...0x5F), .range(0x61...0x7A),
    ]
    private static let spaces: [CharacterClass.Item] = [
        .range(0x09...0x0D), .range(0x20...0x20), .range(0xA0...0xA0), .range(0x1680...0x1680), .range(0x2000...0x200A),
        .range(0x2028...0x2029), .range(0x202F...0x202F), .range(0x205F...0x205F), .range(0x3000...0x3000),
        .range(0xFEFF...0xFEFF),
    ]

    /// All that ascending ranges leave out.
    private static func complement(_ items: [CharacterClass.Item]) -> [CharacterClass.Item] {
        var result: [CharacterClass.Item] = []
        var next: UInt32 = 0
        for case .range(let range) in items {
            if range.lowerBound > next { result.append(.range(next...range.lowerBound - 1)) }
            next = range.upperBound + 1
        }
        result.append(.range(next...0x10FFFF))
        return result
    }

    mutating func characterClass() throws(SchemaPatternError) -> CharacterClass {
        var result = CharacterClass(items: [], isNegated: take("^"))
        while let next = peek, next != "]" {
            let low = try classAtom(next)
            guard peek == "-", offset + 1 < scalars.count, scalars[offset + 1] != "]" else {
                result.items += low
                continue
            }
            offset += 1
            guard let end = peek else { break }
            let high = try classAtom(end)
            guard low.count == 1, high.count == 1, case .range(let first) = low[0], case .range(let last) = high[0],
                first.count == 1, last.count == 1
            else { throw SchemaPatternError("a range of characters has an end that is a class") }
            guard first.lowerBound <= last.lowerBound else {
                throw SchemaPatternError("a range of characters has its ends reversed")
            }
            result.items.append(.range(first.lowerBound...last.lowerBound))
        }
        guard take("]") else { throw SchemaPatternError("a bracket is not closed") }
        return result
    }

    private mutating func classAtom(_ next: Unicode.Scalar) throws(SchemaPatternError) -> [CharacterClass.Item] {
        offset += 1
        return next == "\\" ? try escape(inClass: true) : [.range(next.value...next.value)]
    }

    /// What follows a backslash.
    mutating func escape(inClass: Bool) throws(SchemaPatternError) -> [CharacterClass.Item] {
        guard let next = peek else { throw SchemaPatternError("a backslash stands at the end") }
        offset += 1
        switch next {
        case "d": return Self.digits
        case "D": return Self.complement(Self.digits)
        case "w": return Self.words
        case "W": return Self.complement(Self.words)
        case "s": return Self.spaces
        case "S": return Self.complement(Self.spaces)
        case "p", "P": return [try property(isNegated: next == "P")]
        case "f": return [.range(0x0C...0x0C)]
        case "n": return [.range(0x0A...0x0A)]
        case "r": return [.range(0x0D...0x0D)]
        case "t": return [.range(0x09...0x09)]
        case "v": return [.range(0x0B...0x0B)]
        case "b" where inClass: return [.range(0x08...0x08)]
        case "0":
            if let digit = peek, ("0"..."9").contains(digit) { throw SchemaPatternError("\\0 is followed by a digit") }
            return [.range(0...0)]
        case "c":
            guard let letter = peek, letter.isASCII, letter.properties.isAlphabetic else {
                throw SchemaPatternError("\\c must be followed by a letter")
            }
            offset += 1
            return [.range(letter.value & 31...letter.value & 31)]
        case "x":
            guard let value = hex(2) else { throw SchemaPatternError("\\x must be followed by two hexadecimal digits") }
            return [.range(value...value)]
        case "u": return try unicode()
        default:
            // A backslash before what is no letter or digit stands for the character itself.
            let isWord = next.isASCII && (next.properties.isAlphabetic || ("0"..."9").contains(next))
            guard next.isASCII, !isWord else { throw SchemaPatternError("\\\(next) has no meaning") }
            return [.range(next.value...next.value)]
        }
    }

    private mutating func unicode() throws(SchemaPatternError) -> [CharacterClass.Item] {
        if take("{") {
            var value: UInt32 = 0
            var count = 0
            while let digit = peek.flatMap(Self.hexValue) {
                value = min(value << 4 | digit, 0x110000)
                count += 1
                offset += 1
            }
            guard count > 0, value <= 0x10FFFF, take("}") else { throw SchemaPatternError("\\u{ is malformed") }
            return [.range(value...value)]
        }
        guard let unit = hex(4) else { throw SchemaPatternError("\\u must be followed by four hexadecimal digits") }
        if unit & 0xFC00 == 0xD800 {
            let behind = offset
            if take("\\u"), let low = hex(4), low & 0xFC00 == 0xDC00 {
                let value = 0x10000 + ((unit & 0x3FF) << 10) + (low & 0x3FF)
                return [.range(value...value)]
            }
            offset = behind
        }
        return [.range(unit...unit)]
    }

    private mutating func hex(_ count: Int) -> UInt32? {
        guard offset + count <= scalars.count else { return nil }
        var value: UInt32 = 0
        for scalar in scalars[offset..<offset + count] {
            guard let digit = Self.hexValue(scalar) else { return nil }
            value = value << 4 | digit
        }
        offset += count
        return value
    }

    private static func hexValue(_ scalar: Unicode.Scalar) -> UInt32? {
        switch scalar {
        case "0"..."9": scalar.value - 0x30
        case "a"..."f": scalar.value - 0x61 + 10
        case "A"..."F": scalar.value - 0x41 + 10
        default: nil
        }
    }

    // MARK: Properties

    private mutating func property(isNegated: Bool) throws(SchemaPatternError) -> CharacterClass.Item {
        var name = ""
        guard take("{") else { throw SchemaPatternError("\\p must be followed by a brace") }
        while let letter = peek, letter != "}" {
            name.unicodeScalars.append(letter)
            offset += 1
        }
        guard take("}") else { throw SchemaPatternError("a brace is not closed") }
        let parts = name.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
        let value = parts.last ?? ""
        switch parts.count == 2 ? parts[0] : "" {
        case "", "General_Category", "gc":
            let short = Self.categories[value] ?? value
            if short == "LC" { throw SchemaPatternError("\\p{\(name)} is not supported", isWellFormed: true) }
            if CharacterClass.categories.contains(short) { return .category(short, isNegated: isNegated) }
            if parts.count == 1, let property = CharacterProperty(name: value), !property.isScript {
                return .property(property, isNegated: isNegated)
            }
        case "Script", "sc", "Script_Extensions", "scx":
            if let property = CharacterProperty(name: value), property.isScript {
                return .property(property, isNegated: isNegated)
            }
        default: break
        }
        throw SchemaPatternError("\\p{\(name)} is not known")
    }

    private static let categories: [String: String] = [
        "Letter": "L", "Cased_Letter": "LC", "Uppercase_Letter": "Lu", "Lowercase_Letter": "Ll",
        "Titlecase_Letter": "Lt", "Modifier_Letter": "Lm", "Other_Letter": "Lo", "Mark": "M", "Combining_Mark": "M",
        "Nonspacing_Mark": "Mn", "Spacing_Mark": "Mc", "Enclosing_Mark": "Me", "Number": "N", "Decimal_Number": "Nd",
        "digit": "Nd", "Letter_Number": "Nl", "Other_Number": "No", "Punctuation": "P", "punct": "P",
        "Connector_Punctuation": "Pc", "Dash_Punctuation": "Pd", "Open_Punctuation": "Ps", "Close_Punctuation": "Pe",
        "Initial_Punctuation": "Pi", "Final_Punctuation": "Pf", "Other_Punctuation": "Po", "Symbol": "S",
        "Math_Symbol": "Sm", "Currency_Symbol": "Sc", "Modifier_Symbol": "Sk", "Other_Symbol": "So", "Separator": "Z",
        "Space_Separator": "Zs", "Line_Separator": "Zl", "Paragraph_Separator": "Zp", "Other": "C", "Control": "Cc",
        "cntrl": "Cc", "Format": "Cf", "Unassigned": "Cn", "Private_Use": "Co",
    ]
}
