/// The rule of RFC 5893 for names with letters that are written from right to left, by the scripts' blocks.
enum BidirectionalRule {
    /// A character's kind in the bidirectional algorithm, as far as the rule tells them apart.
    private enum Kind {
        case leftToRight, rightToLeft, arabicNumber, europeanNumber, mark, neutral
    }

    /// Whether all labels of a name may stand together: one that is written from right to left binds the others too.
    static func admits(name labels: [[Unicode.Scalar]]) -> Bool {
        let kinds = labels.map { $0.map { kind(of: $0) } }
        guard kinds.contains(where: isRightToLeft) else { return true }
        return kinds.allSatisfy { $0.first == .rightToLeft ? admitsRightToLeft($0) : admitsLeftToRight($0) }
    }

    static func admits(_ label: [Unicode.Scalar]) -> Bool { admits(name: [label]) }

    private static func isRightToLeft(_ label: [Kind]) -> Bool {
        label.contains(.rightToLeft) || label.contains(.arabicNumber)
    }

    /// No letter from left to right, digits of one kind, and a letter or digit at the end.
    private static func admitsRightToLeft(_ label: [Kind]) -> Bool {
        guard !label.contains(.leftToRight), !(label.contains(.arabicNumber) && label.contains(.europeanNumber)),
            let last = label.last(where: { $0 != .mark })
        else { return false }
        return last == .rightToLeft || last == .arabicNumber || last == .europeanNumber
    }

    /// A letter from left to right first, none of the other direction, and a letter or digit at the end.
    private static func admitsLeftToRight(_ label: [Kind]) -> Bool {
        guard label.first == .leftToRight, !isRightToLeft(label), let last = label.last(where: { $0 != .mark }) else {
            return false
        }
        return last == .leftToRight || last == .europeanNumber
    }

    private static func kind(of scalar: Unicode.Scalar) -> Kind {
        switch scalar.value {
        case 0x30...0x39, 0x6F0...0x6F9: return .europeanNumber
        case 0x600...0x605, 0x660...0x669, 0x66B, 0x66C, 0x6DD, 0x8E2, 0x10D30...0x10D39, 0x10E60...0x10E7E:
            return .arabicNumber
        default: break
        }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark: return .mark
        case .lowercaseLetter, .uppercaseLetter, .titlecaseLetter, .otherLetter, .modifierLetter, .spacingMark,
            .decimalNumber, .letterNumber:
            return isInRightToLeftBlock(scalar) ? .rightToLeft : .leftToRight
        // The two marks of Hebrew that a label may have.
        case .otherPunctuation where (0x5F3...0x5F4).contains(scalar.value): return .rightToLeft
        default: return .neutral
        }
    }

    private static func isInRightToLeftBlock(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x590...0x8FF, 0xFB1D...0xFDFF, 0xFE70...0xFEFF, 0x10800...0x10FFF, 0x1E800...0x1EFFF: true
        default: false
        }
    }
}
