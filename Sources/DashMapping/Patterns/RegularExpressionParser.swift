/// Reads a pattern by the grammar of RFC 9485.
struct RegularExpressionParser {
    private let scalars: [Unicode.Scalar]
    private var offset = 0
    private var nesting = 0

    private static let maxNesting = 64
    private static let maxCount = 1_000

    init(_ pattern: String) { scalars = Array(pattern.unicodeScalars) }

    /// nil when the pattern is malformed.
    mutating func parse() -> RegularExpressionTree? {
        guard let tree = choice(), offset == scalars.count else { return nil }
        return tree
    }

    private mutating func choice() -> RegularExpressionTree? {
        nesting += 1
        defer { nesting -= 1 }
        guard nesting <= Self.maxNesting else { return nil }
        var branches: [RegularExpressionTree] = []
        repeat {
            var pieces: [RegularExpressionTree] = []
            while let next = peek, next != "|", next != ")" {
                guard let atom = atom(), let piece = quantified(atom) else { return nil }
                pieces.append(piece)
            }
            branches.append(.sequence(pieces))
        } while take("|")
        return .choice(branches)
    }

    private mutating func atom() -> RegularExpressionTree? {
        guard let next = peek else { return nil }
        offset += 1
        switch next {
        case "^": return .assertion(.start)
        case "$": return .assertion(.end)
        case ".": return .character(.anything)
        case "(":
            guard let inner = choice(), take(")") else { return nil }
            return inner
        case "[": return characterClass().map { .character($0) }
        case "\\": return escape().map { .character(CharacterClass(items: [$0])) }
        case "*", "+", "?", "]", "{", "}", ")", "|": return nil
        default: return .character(CharacterClass(next))
        }
    }

    private mutating func quantified(_ atom: RegularExpressionTree) -> RegularExpressionTree? {
        if take("*") { return .repeated(atom, least: 0, most: nil) }
        if take("+") { return .repeated(atom, least: 1, most: nil) }
        if take("?") { return .repeated(atom, least: 0, most: 1) }
        guard take("{") else { return atom }
        guard let least = count() else { return nil }
        var most: Int? = least
        if take(",") { most = peek == "}" ? nil : count() ?? -1 }
        guard take("}"), most.map({ $0 >= least }) ?? true else { return nil }
        return .repeated(atom, least: least, most: most)
    }

    private mutating func count() -> Int? {
        var value: Int?
        while let next = peek, ("0"..."9").contains(next) {
            value = (value ?? 0) * 10 + Int(next.value - 0x30)
            guard value ?? 0 <= Self.maxCount else { return nil }
            offset += 1
        }
        return value
    }

    private mutating func characterClass() -> CharacterClass? {
        var result = CharacterClass(items: [])
        result.isNegated = take("^")
        if take("-") { result.items.append(.range(0x2D...0x2D)) }
        while let next = peek, next != "]" {
            if next == "-" {
                offset += 1
                guard peek == "]" else { return nil }
                result.items.append(.range(0x2D...0x2D))
                break
            }
            guard let item = classItem() else { return nil }
            guard peek == "-", offset + 1 < scalars.count, scalars[offset + 1] != "]" else {
                result.items.append(item)
                continue
            }
            offset += 1
            guard case .range(let low) = item, case .range(let high)? = classItem(), low.lowerBound <= high.lowerBound
            else { return nil }
            result.items.append(.range(low.lowerBound...high.lowerBound))
        }
        guard !result.items.isEmpty, take("]") else { return nil }
        return result
    }

    private mutating func classItem() -> CharacterClass.Item? {
        guard let next = peek, next != "[", next != "]", next != "-" else { return nil }
        offset += 1
        return next == "\\" ? escape() : .range(next.value...next.value)
    }

    /// What follows a backslash.
    private mutating func escape() -> CharacterClass.Item? {
        guard let next = peek else { return nil }
        offset += 1
        switch next {
        case "n": return .range(0x0A...0x0A)
        case "r": return .range(0x0D...0x0D)
        case "t": return .range(0x09...0x09)
        case "p", "P":
            guard take("{") else { return nil }
            var name = ""
            while let letter = peek, letter != "}" {
                name.unicodeScalars.append(letter)
                offset += 1
            }
            guard take("}"), CharacterClass.categories.contains(name) else { return nil }
            return .category(name, isNegated: next == "P")
        case "(", ")", "*", "+", "-", ".", "?", "[", "\\", "]", "^", "{", "|", "}":
            return .range(next.value...next.value)
        default: return nil
        }
    }

    private var peek: Unicode.Scalar? { offset < scalars.count ? scalars[offset] : nil }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard peek == scalar else { return false }
        offset += 1
        return true
    }
}
