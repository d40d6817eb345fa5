/// The characters that one place of a pattern admits.
struct CharacterClass: Sendable {
    enum Item: Sendable {
        case range(ClosedRange<UInt32>)
        case category(String, isNegated: Bool)
        case property(CharacterProperty, isNegated: Bool)
    }

    var items: [Item]
    var isNegated = false
    /// Whether a letter's other case counts as the letter.
    var ignoresCase = false

    /// `.`: anything but a line end.
    static let anything = CharacterClass(items: [.range(0x0A...0x0A), .range(0x0D...0x0D)], isNegated: true)

    init(items: [Item], isNegated: Bool = false) {
        self.items = items
        self.isNegated = isNegated
    }

    init(_ scalar: Unicode.Scalar) { items = [.range(scalar.value...scalar.value)] }

    func contains(_ scalar: Unicode.Scalar) -> Bool {
        if names(scalar) { return !isNegated }
        guard ignoresCase else { return isNegated }
        for other in [scalar.properties.lowercaseMapping, scalar.properties.uppercaseMapping] {
            let other = other.unicodeScalars
            if other.count == 1, let other = other.first, other != scalar, names(other) { return !isNegated }
        }
        return isNegated
    }

    private func names(_ scalar: Unicode.Scalar) -> Bool {
        for item in items {
            switch item {
            case .range(let range) where range.contains(scalar.value): return true
            case .category(let name, let negated) where Self.category(of: scalar).hasPrefix(name) != negated:
                return true
            case .property(let property, let negated) where property.holds(for: scalar) != negated:
                return true
            case .range, .category, .property: continue
            }
        }
        return false
    }

    /// All names that `\p{…}` knows.
    static let categories: Set<String> = [
        "L", "Ll", "Lm", "Lo", "Lt", "Lu", "M", "Mc", "Me", "Mn", "N", "Nd", "Nl", "No", "P", "Pc", "Pd", "Pe", "Pf",
        "Pi", "Po", "Ps", "S", "Sc", "Sk", "Sm", "So", "Z", "Zl", "Zp", "Zs", "C", "Cc", "Cf", "Cn", "Co",
    ]

    private static func category(of scalar: Unicode.Scalar) -> String {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter: "Lu"
        case .lowercaseLetter: "Ll"
        case .titlecaseLetter: "Lt"
        case .modifierLetter: "Lm"
        case .otherLetter: "Lo"
        case .nonspacingMark: "Mn"
        case .spacingMark: "Mc"
        case .enclosingMark: "Me"
        case .decimalNumber: "Nd"
        case .letterNumber: "Nl"
        case .otherNumber: "No"
        case .connectorPunctuation: "Pc"
        case .dashPunctuation: "Pd"
        case .openPunctuation: "Ps"
        case .closePunctuation: "Pe"
        case .initialPunctuation: "Pi"
        case .finalPunctuation: "Pf"
        case .otherPunctuation: "Po"
        case .mathSymbol: "Sm"
        case .currencySymbol: "Sc"
        case .modifierSymbol: "Sk"
        case .otherSymbol: "So"
        case .spaceSeparator: "Zs"
        case .lineSeparator: "Zl"
        case .paragraphSeparator: "Zp"
        case .control: "Cc"
        case .format: "Cf"
        case .surrogate: "Cs"
        case .privateUse: "Co"
        case .unassigned: "Cn"
        @unknown default: "Cn"
        }
    }
}
