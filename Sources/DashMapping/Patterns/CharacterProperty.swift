/// What `\p{…}` can ask of a character besides its category.
enum CharacterProperty: String, Sendable, CaseIterable {
    case any = "Any"
    case ascii = "ASCII"
    case assigned = "Assigned"
    case alphabetic = "Alphabetic"
    case lowercase = "Lowercase"
    case uppercase = "Uppercase"
    case whitespace = "White_Space"
    case emoji = "Emoji"
    case emojiPresentation = "Emoji_Presentation"
    case identifierStart = "ID_Start"
    case identifierContinue = "ID_Continue"
    case hexDigit = "Hex_Digit"
    case asciiHexDigit = "ASCII_Hex_Digit"
    case ideographic = "Ideographic"
    case math = "Math"
    case dash = "Dash"
    // Scripts, by the blocks that hold their letters.
    case latin = "Latin"
    case greek = "Greek"
    case cyrillic = "Cyrillic"
    case armenian = "Armenian"
    case hebrew = "Hebrew"
    case arabic = "Arabic"
    case devanagari = "Devanagari"
    case bengali = "Bengali"
    case tamil = "Tamil"
    case thai = "Thai"
    case georgian = "Georgian"
    case hangul = "Hangul"
    case hiragana = "Hiragana"
    case katakana = "Katakana"
    case han = "Han"

    /// By the name in a pattern; short names are known too.
    init?(name: String) {
        if let property = Self(rawValue: name) {
            self = property
            return
        }
        switch name {
        case "Alpha": self = .alphabetic
        case "Lower": self = .lowercase
        case "Upper": self = .uppercase
        case "space": self = .whitespace
        case "EPres": self = .emojiPresentation
        case "IDS": self = .identifierStart
        case "IDC": self = .identifierContinue
        case "Hex": self = .hexDigit
        case "AHex": self = .asciiHexDigit
        case "Ideo": self = .ideographic
        case "Latn": self = .latin
        case "Grek": self = .greek
        case "Cyrl": self = .cyrillic
        case "Armn": self = .armenian
        case "Hebr": self = .hebrew
        case "Arab": self = .arabic
        case "Deva": self = .devanagari
        case "Beng": self = .bengali
        case "Taml": self = .tamil
        case "Geor": self = .georgian
        case "Hang": self = .hangul
        case "Hira": self = .hiragana
        case "Kana": self = .katakana
        case "Hani": self = .han
        default: return nil
        }
    }

    var isScript: Bool { !ranges.isEmpty }

    func holds(for scalar: Unicode.Scalar) -> Bool {
        let properties = scalar.properties
        switch self {
        case .any: return true
        case .ascii: return scalar.isASCII
        case .assigned: return properties.generalCategory != .unassigned
        case .alphabetic: return properties.isAlphabetic
        case .lowercase: return properties.isLowercase
        case .uppercase: return properties.isUppercase
        case .whitespace: return properties.isWhitespace
        case .emoji: return properties.isEmoji
        case .emojiPresentation: return properties.isEmojiPresentation
        case .identifierStart: return properties.isIDStart
        case .identifierContinue: return properties.isIDContinue
        case .hexDigit: return properties.isHexDigit
        case .asciiHexDigit: return properties.isASCIIHexDigit
        case .ideographic: return properties.isIdeographic
        case .math: return properties.isMath
        case .dash: return properties.isDash
        default:
            guard ranges.contains(where: { $0.contains(scalar.value) }) else { return false }
            switch properties.generalCategory {
            case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .letterNumber:
                return true
            // Marks and digits of the script's own; signs that many scripts share are of none.
            case .nonspacingMark, .spacingMark, .decimalNumber, .otherNumber: return scalar.value > 0x36F
            default: return false
            }
        }
    }

    private var ranges: [ClosedRange<UInt32>] {
        switch self {
        case .latin:
            [
                0x41...0x5A, 0x61...0x7A, 0xAA...0xAA, 0xBA...0xBA, 0xC0...0x2B8, 0x1D00...0x1D25, 0x1E00...0x1EFF,
                0x2071...0x209C, 0x212A...0x212B, 0x2160...0x2188, 0x2C60...0x2C7F, 0xA722...0xA7FF, 0xAB30...0xAB64,
                0xFB00...0xFB06, 0xFF21...0xFF5A,
            ]
        case .greek: [0x370...0x373, 0x375...0x3E1, 0x3F0...0x3FF, 0x1F00...0x1FFE, 0x2126...0x2126]
        case .cyrillic: [0x400...0x52F, 0x1C80...0x1C88, 0x1D2B...0x1D2B, 0x2DE0...0x2DFF, 0xA640...0xA69F]
        case .armenian: [0x531...0x58F, 0xFB13...0xFB17]
        case .hebrew: [0x591...0x5F4, 0xFB1D...0xFB4F]
        case .arabic: [0x600...0x6FF, 0x750...0x77F, 0x8A0...0x8FF, 0xFB50...0xFDFF, 0xFE70...0xFEFC]
        case .devanagari: [0x900...0x97F, 0xA8E0...0xA8FF]
        case .bengali: [0x980...0x9FE]
        case .tamil: [0xB82...0xBFA]
        case .thai: [0xE01...0xE5B]
        case .georgian: [0x10A0...0x10FF, 0x1C90...0x1CBF, 0x2D00...0x2D2D]
        case .hangul: [0x1100...0x11FF, 0x3131...0x318E, 0xA960...0xA97C, 0xAC00...0xD7FB, 0xFFA0...0xFFDC]
        case .hiragana: [0x3041...0x3096, 0x309D...0x309F, 0x1B001...0x1B11F]
        case .katakana: [0x30A1...0x30FA, 0x30FD...0x30FF, 0x31F0...0x31FF, 0xFF66...0xFF9D]
        case .han:
            [
                0x2E80...0x2FD5, 0x3005...0x3007, 0x3021...0x3029, 0x3038...0x303B, 0x3400...0x4DBF, 0x4E00...0x9FFF,
                0xF900...0xFAD9, 0x20000...0x323AF,
            ]
        default: []
        }
    }
}
