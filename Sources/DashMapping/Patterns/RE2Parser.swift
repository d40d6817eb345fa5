/// Reads a pattern by the syntax of RE2. Which of several matches is found makes no difference here, so groups keep
/// nothing and lazy repeats are like others.
struct RE2Parser {
    /// What `(?ims)` switches on; `U` swaps lazy and greedy repeats, which makes no difference.
    private struct Modes {
        var ignoresCase = false
        var hasLines = false
        var pointTakesLineEnds = false
    }

    let scalars: [Unicode.Scalar]
    var offset = 0
    private var nesting = 0
    private var modes = Modes()

    private static let maxNesting = 64
    private static let maxCount = 1_000

    init(_ pattern: String) { scalars = Array(pattern.unicodeScalars) }

    /// nil when the pattern is malformed.
    mutating func parse() -> RegularExpressionTree? {
        guard let tree = choice(), offset == scalars.count else { return nil }
        return tree
    }

    var peek: Unicode.Scalar? { offset < scalars.count ? scalars[offset] : nil }

    mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard peek == scalar else { return false }
        offset += 1
        return true
    }

    private mutating func choice() -> RegularExpressionTree? {
        nesting += 1
        defer { nesting -= 1 }
        guard nesting <= Self.maxNesting else { return nil }
        var branches: [RegularExpressionTree] = []
        repeat {
            var pieces: [RegularExpressionTree] = []
            while let next = peek, next != "|", next != ")" {
                if next == "\\", offset + 1 < scalars.count, scalars[offset + 1] == "Q" {
                    pieces += literally()
                    continue
                }
                guard let atom = atom(), let piece = quantified(atom) else { return nil }
                pieces.append(piece)
            }
            branches.append(.sequence(pieces))
        } while take("|")
        return .choice(branches)
    }

    /// `\Q…\E`: what stands between has no meaning of its own.
    private mutating func literally() -> [RegularExpressionTree] {
        offset += 2
        var pieces: [RegularExpressionTree] = []
        while let next = peek {
            if next == "\\", offset + 1 < scalars.count, scalars[offset + 1] == "E" {
                offset += 2
                break
            }
            offset += 1
            pieces.append(.character(character(next)))
        }
        return pieces
    }

    private func character(_ scalar: Unicode.Scalar) -> CharacterClass {
        classOf([.range(scalar.value...scalar.value)])
    }

    private func classOf(_ items: [CharacterClass.Item]) -> CharacterClass {
        var characters = CharacterClass(items: items)
        characters.ignoresCase = modes.ignoresCase
        return characters
    }

    private mutating func atom() -> RegularExpressionTree? {
        guard let next = peek else { return nil }
        offset += 1
        switch next {
        case "^": return .assertion(modes.hasLines ? .lineStart : .start)
        case "$": return .assertion(modes.hasLines ? .lineEnd : .end)
        case ".":
            let lineEnd = CharacterClass.Item.range(0x0A...0x0A)
            return .character(CharacterClass(items: modes.pointTakesLineEnds ? [] : [lineEnd], isNegated: true))
        case "(": return group()
        case "[": return characterClass().map { .character($0) }
        case "\\":
            if let assertion = assertion() { return .assertion(assertion) }
            return escape().map { .character(classOf($0)) }
        case "*", "+", "?", ")", "|": return nil
        default: return .character(character(next))
        }
    }

    private mutating func group() -> RegularExpressionTree? {
        let outer = modes
        if take("?") {
            if peek == "P" || (peek == "<") {
                _ = take("P")
                guard take("<"), groupName() else { return nil }
            } else {
                guard let isGroup = flags() else { return nil }
                // Without a group of their own, the modes hold to the end of the one around.
                guard isGroup else { return .sequence([]) }
            }
        }
        let inner = choice()
        modes = outer
        guard let inner, take(")") else { return nil }
        return inner
    }

    private mutating func groupName() -> Bool {
        let start = offset
        while let next = peek, next == "_" || next.properties.isAlphabetic || ("0"..."9").contains(next) { offset += 1 }
        return offset > start && take(">")
    }

    /// True before the inside of a group, false behind `(?i)`, nil for what is neither.
    private mutating func flags() -> Bool? {
        var isOn = true
        while let next = peek {
            offset += 1
            switch next {
            case "i": modes.ignoresCase = isOn
            case "m": modes.hasLines = isOn
            case "s": modes.pointTakesLineEnds = isOn
            case "U": break
            case "-":
                guard isOn else { return nil }
                isOn = false
            case ":": return true
            case ")": return false
            default: return nil
            }
        }
        return nil
    }

    private mutating func quantified(_ atom: RegularExpressionTree) -> RegularExpressionTree? {
        let result: RegularExpressionTree
        if take("*") {
            result = .repeated(atom, least: 0, most: nil)
        } else if take("+") {
            result = .repeated(atom, least: 1, most: nil)
        } else if take("?") {
            result = .repeated(atom, least: 0, most: 1)
        } else if peek == "{", let bounds = bounds() {
            guard bounds.least <= Self.maxCount, bounds.most ?? 0 <= Self.maxCount,
                bounds.most.map({ $0 >= bounds.least }) ?? true
            else { return nil }
            result = .repeated(atom, least: bounds.least, most: bounds.most)
        } else {
            return atom
        }
        _ = take("?")
        // A repeat of a repeat is refused, as RE2 does.
        if let next = peek, ["*", "+", "?"].contains(next) { return nil }
        return result
    }

    /// nil when the brace is one of the text.
    private mutating func bounds() -> (least: Int, most: Int?)? {
        let start = offset
        offset += 1
        if let least = count() {
            if take("}") { return (least, least) }
            if take(",") {
                if take("}") { return (least, nil) }
                if let most = count(), take("}") { return (least, most) }
            }
        }
        offset = start
        return nil
    }

    private mutating func count() -> Int? {
        var value: Int?
        while let next = peek, ("0"..."9").contains(next) {
            value = min((value ?? 0) * 10 + Int(next.value - 0x30), 1_000_000)
            offset += 1
        }
        return value
    }

    private mutating func assertion() -> PatternAssertion? {
        guard let next = peek else { return nil }
        let assertion: PatternAssertion
        switch next {
        case "A": assertion = .start
        case "z": assertion = .end
        case "b": assertion = .wordBoundary
        case "B": assertion = .noWordBoundary
        default: return nil
        }
        offset += 1
        return assertion
    }

    private mutating func characterClass() -> CharacterClass? {
        let isNegated = take("^")
        var items: [CharacterClass.Item] = []
        var isFirst = true
        while let next = peek, next != "]" || isFirst {
            isFirst = false
            guard let low = classItem() else { return nil }
            guard low.count == 1, case .range(let first) = low[0], first.count == 1, peek == "-",
                offset + 1 < scalars.count, scalars[offset + 1] != "]"
            else {
                items += low
                continue
            }
            offset += 1
            guard let high = classItem(), high.count == 1, case .range(let last) = high[0], last.count == 1,
                first.lowerBound <= last.lowerBound
            else { return nil }
            items.append(.range(first.lowerBound...last.lowerBound))
        }
        guard take("]") else { return nil }
        var characters = classOf(items)
        characters.isNegated = isNegated
        return characters
    }
}
