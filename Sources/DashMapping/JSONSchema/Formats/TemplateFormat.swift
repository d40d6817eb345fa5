/// URI templates by RFC 6570, all levels.
enum TemplateFormat {
    static func admits(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        let scalars = Array(String(decoding: text, as: UTF8.self).unicodeScalars)
        var index = 0
        while index < scalars.count {
            let scalar = scalars[index]
            index += 1
            switch scalar {
            case "{":
                guard let end = scalars[index...].firstIndex(of: "}"), isExpression(scalars[index..<end]) else {
                    return false
                }
                index = end + 1
            case "%":
                guard isEscape(scalars, index) else { return false }
                index += 2
            default: guard isLiteral(scalar) else { return false }
            }
        }
        return true
    }

    private static func isEscape(_ scalars: [Unicode.Scalar], _ index: Int) -> Bool {
        index + 1 < scalars.count && isHex(scalars[index]) && isHex(scalars[index + 1])
    }

    private static func isHex(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isASCII && NetworkFormats.isHexDigit(UInt8(truncatingIfNeeded: scalar.value))
    }

    private static func isLiteral(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0...0x20, 0x7F...0x9F: return false
        case ..<0x7F: return !"\"%<>\\^`{|}".unicodeScalars.contains(scalar)
        case 0xA0...0xD7FF, 0xE000...0xFDCF, 0xFDF0...0xFFEF: return true
        default:
            let isIgnored = (0xE0000...0xE0FFF).contains(scalar.value)
            return scalar.value >= 0x10000 && scalar.value & 0xFFFF <= 0xFFFD && !isIgnored
        }
    }

    private static func isExpression(_ text: ArraySlice<Unicode.Scalar>) -> Bool {
        var rest = text
        if let first = rest.first, "+#./;?&=,!@|".unicodeScalars.contains(first) { rest = rest.dropFirst() }
        return rest.split(separator: ",", omittingEmptySubsequences: false).allSatisfy(isVariable)
    }

    /// A name, with a prefix length or a star behind it.
    private static func isVariable(_ text: ArraySlice<Unicode.Scalar>) -> Bool {
        var name = text
        if name.last == "*" {
            name = name.dropLast()
        } else if let colon = name.firstIndex(of: ":") {
            let digits = name[(colon + 1)...]
            guard (1...4).contains(digits.count), digits.first != "0", digits.allSatisfy({ $0.value &- 0x30 < 10 })
            else { return false }
            name = name[..<colon]
        }
        let scalars = Array(name)
        var index = 0
        var followsDot = true
        while index < scalars.count {
            let scalar = scalars[index]
            index += 1
            if scalar == "." {
                guard !followsDot else { return false }
                followsDot = true
                continue
            }
            followsDot = false
            if scalar == "%" {
                guard isEscape(scalars, index) else { return false }
                index += 2
            } else {
                guard scalar.isASCII, scalar == "_" || (scalar.value | 0x20) &- 0x61 < 26 || scalar.value &- 0x30 < 10
                else { return false }
            }
        }
        return !followsDot
    }
}
