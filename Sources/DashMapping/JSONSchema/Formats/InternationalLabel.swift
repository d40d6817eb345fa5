/// Which labels with characters of other scripts a name may have (RFC 5891 and RFC 5892).
enum InternationalLabel {
    static func isValid(_ label: [Unicode.Scalar]) -> Bool {
        guard let first = label.first, let last = label.last, first != "-", last != "-" else { return false }
        if label.count >= 4, label[2] == "-", label[3] == "-" { return false }
        switch first.properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark: return false
        default: break
        }
        // A label is in composed form, in which these never occur.
        guard !label.contains(where: \.properties.isFullCompositionExclusion) else { return false }
        guard label.indices.allSatisfy({ isAllowed(label[$0], at: $0, in: label) }) else { return false }
        // Digits of the two Arabic sets are not mixed.
        let hasArabic = label.contains { (0x660...0x669).contains($0.value) }
        let hasExtended = label.contains { (0x6F0...0x6F9).contains($0.value) }
        return !(hasArabic && hasExtended) && BidirectionalRule.admits(label)
    }

    private static func isAllowed(_ scalar: Unicode.Scalar, at index: Int, in label: [Unicode.Scalar]) -> Bool {
        switch scalar.value {
        // Exceptions that are always allowed, and those that never are.
        case 0xDF, 0x3C2, 0x6FD, 0x6FE, 0xF0B, 0x3007: return true
        case 0x640, 0x7FA, 0x302E, 0x302F, 0x3031...0x3035, 0x303B: return false
        // A joiner stands behind a virama; the non-joiner also between letters that join.
        case 0x200C, 0x200D:
            if index > 0, label[index - 1].properties.canonicalCombiningClass == .virama { return true }
            return scalar.value == 0x200C && partsJoined(index, label)
        case 0xB7: return index > 0 && index + 1 < label.count && label[index - 1] == "l" && label[index + 1] == "l"
        case 0x375: return index + 1 < label.count && CharacterProperty.greek.holds(for: label[index + 1])
        case 0x5F3, 0x5F4: return index > 0 && CharacterProperty.hebrew.holds(for: label[index - 1])
        case 0x30FB:
            return label.contains { other in
                CharacterProperty.hiragana.holds(for: other) || CharacterProperty.han.holds(for: other)
                    || (other.value != 0x30FB && CharacterProperty.katakana.holds(for: other))
            }
        case 0x660...0x669, 0x6F0...0x6F9: return true
        case 0x2D: return true
        default: return isLetterOrDigit(scalar)
        }
    }

    /// Whether letters that would join stand on both sides, marks between them left aside.
    private static func partsJoined(_ index: Int, _ label: [Unicode.Scalar]) -> Bool {
        func isMark(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.generalCategory == .nonspacingMark }
        guard let before = label[..<index].last(where: { !isMark($0) }),
            let after = label[(index + 1)...].first(where: { !isMark($0) })
        else { return false }
        return joins(before) && !joinsOnlyToTheRight(before) && joins(after)
    }

    private static func joins(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x621, 0x674, 0x6D5: false
        case 0x620...0x64A, 0x66E...0x6D3, 0x6EE...0x6EF, 0x6FA...0x6FC, 0x6FF, 0x710...0x72F, 0x74D...0x77F: true
        default: false
        }
    }

    private static func joinsOnlyToTheRight(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x622...0x625, 0x627, 0x629, 0x62F...0x632, 0x648, 0x671...0x673, 0x675...0x677, 0x688...0x699, 0x6C0,
            0x6C3...0x6CB, 0x6CD, 0x6CF, 0x6D2...0x6D3, 0x6EE...0x6EF, 0x710, 0x715...0x719, 0x71E, 0x728, 0x72A, 0x72C,
            0x72F, 0x74D, 0x759...0x75B, 0x76B...0x76C, 0x771, 0x773...0x774, 0x778...0x779:
            true
        default: false
        }
    }

    private static func isLetterOrDigit(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII {
            return scalar.value &- 0x30 < 10 || scalar.value &- 0x61 < 26
        }
        let properties = scalar.properties
        if properties.isDefaultIgnorableCodePoint || properties.isNoncharacterCodePoint { return false }
        // Old Hangul letters take part in syllables only.
        if (0x1100...0x11FF).contains(scalar.value) || (0xA960...0xA97F).contains(scalar.value)
            || (0xD7B0...0xD7FF).contains(scalar.value)
        {
            return false
        }
        // What folding or compatibility would change is not stable.
        guard properties.lowercaseMapping == String(scalar), !properties.changesWhenNFKCCaseFolded else { return false }
        switch properties.generalCategory {
        case .lowercaseLetter, .uppercaseLetter, .otherLetter, .modifierLetter, .nonspacingMark, .spacingMark,
            .decimalNumber:
            return true
        default: return false
        }
    }
}
