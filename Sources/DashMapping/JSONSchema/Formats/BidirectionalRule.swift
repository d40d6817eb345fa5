/// The rule of RFC 5893 for labels with letters that are written from right to left, by the scripts' blocks.
enum BidirectionalRule {
    static func admits(_ label: [Unicode.Scalar]) -> Bool {
        guard label.contains(where: isRightToLeft) else { return true }
        guard let first = label.first, isRightToLeft(first) else { return false }
        // No letter that is written from left to right, and the end is a letter or digit.
        guard let last = label.last(where: { $0.properties.generalCategory != .nonspacingMark }) else { return false }
        return !label.contains(where: isLeftToRight)
            && (isRightToLeft(last) || last.properties.generalCategory == .decimalNumber)
            && !(label.contains { $0.value &- 0x30 < 10 || (0x6F0...0x6F9).contains($0.value) }
                && label.contains { (0x660...0x669).contains($0.value) })
    }

    private static func isRightToLeft(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x5BE...0x5F4, 0x608...0x64A, 0x66D...0x66F, 0x671...0x6D5, 0x6E5...0x6E6, 0x6EE...0x6EF,
            0x6FA...0x7FF, 0x800...0x8FF, 0xFB1D...0xFDFF, 0xFE70...0xFEFC, 0x10800...0x10FFF, 0x1E800...0x1EFFF:
            scalar.properties.generalCategory != .nonspacingMark
                && scalar.properties.generalCategory != .decimalNumber
        default: false
        }
    }

    private static func isLeftToRight(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .lowercaseLetter, .uppercaseLetter, .otherLetter, .modifierLetter: !isRightToLeft(scalar)
        default: false
        }
    }
}
