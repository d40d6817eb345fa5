/// Reads a regular expression by the grammar of ECMA-262 with the flag `u`, tolerant where the flag would only forbid
/// superfluous backslashes and bare braces.
struct ECMAPatternParser {
    let scalars: [Unicode.Scalar]
    var offset = 0
    private var nesting = 0
    private var groups = 0
    private var largestReference = 0
    private var groupNames: Set<String> = []
    private var referredNames: Set<String> = []
    /// The first construct that is well-formed but has no place in a match that takes linear time.
    private(set) var unsupported: String?

    private static let maxNesting = 64
    private static let maxCount = 1_000

    init(_ pattern: String) { scalars = Array(pattern.unicodeScalars) }

    mutating func parse() throws(SchemaPatternError) -> RegularExpressionTree {
        let tree = try choice()
        guard offset == scalars.count else { throw SchemaPatternError("a parenthesis is closed that isn't open") }
        guard largestReference <= groups, referredNames.isSubset(of: groupNames) else {
            throw SchemaPatternError("it refers to a group that isn't there")
        }
        return tree
    }

    private mutating func choice() throws(SchemaPatternError) -> RegularExpressionTree {
        nesting += 1
        defer { nesting -= 1 }
        guard nesting <= Self.maxNesting else { throw SchemaPatternError("it is nested too deeply") }
        var branches: [RegularExpressionTree] = []
        repeat {
            var pieces: [RegularExpressionTree] = []
            while let next = peek, next != "|", next != ")" { pieces.append(try term()) }
            branches.append(.sequence(pieces))
        } while take("|")
        return .choice(branches)
    }

    private mutating func term() throws(SchemaPatternError) -> RegularExpressionTree {
        if take("^") { return .assertion(.start) }
        if take("$") { return .assertion(.end) }
        if take("\\b") { return .assertion(.wordBoundary) }
        if take("\\B") { return .assertion(.noWordBoundary) }
        if take("(?=") { return .ahead(try closed(), isNegated: false) }
        if take("(?!") { return .ahead(try closed(), isNegated: true) }
        if take("(?<=") || take("(?<!") {
            unsupported = "looking behind is not supported"
            return try closed()
        }
        return try quantified(try atom())
    }

    private mutating func closed() throws(SchemaPatternError) -> RegularExpressionTree {
        let inner = try choice()
        guard take(")") else { throw SchemaPatternError("a parenthesis is not closed") }
        return inner
    }

    private mutating func atom() throws(SchemaPatternError) -> RegularExpressionTree {
        guard let next = peek else { throw SchemaPatternError("it ends too early") }
        offset += 1
        switch next {
        case ".":
            let ends: [CharacterClass.Item] = [.range(0x0A...0x0A), .range(0x0D...0x0D), .range(0x2028...0x2029)]
            return .character(CharacterClass(items: ends, isNegated: true))
        case "(":
            if take("?:") { return try closed() }
            if take("?<") {
                let name = try groupName()
                guard groupNames.insert(name).inserted else { throw SchemaPatternError("two groups have one name") }
            } else if peek == "?" {
                throw SchemaPatternError("what follows (? is not known")
            }
            groups += 1
            return try closed()
        case "[": return .character(try characterClass())
        case "\\": return try escapedAtom()
        case "*", "+", "?": throw SchemaPatternError("there is nothing to repeat before \(next)")
        case "{":
            if isQuantifier { throw SchemaPatternError("there is nothing to repeat before {") }
            return .character(CharacterClass(next))
        default: return .character(CharacterClass(next))
        }
    }

    private mutating func groupName() throws(SchemaPatternError) -> String {
        var name = ""
        while let next = peek, next != ">" {
            name.unicodeScalars.append(next)
            offset += 1
        }
        let isName = name.unicodeScalars.enumerated().allSatisfy { position, scalar in
            scalar == "$" || scalar == "_" || scalar.properties.isIDStart
                || (position > 0 && scalar.properties.isIDContinue)
        }
        guard !name.isEmpty, isName, take(">") else { throw SchemaPatternError("a group's name is malformed") }
        return name
    }

    private mutating func escapedAtom() throws(SchemaPatternError) -> RegularExpressionTree {
        if take("k<") {
            referredNames.insert(try groupName())
            unsupported = "references to groups are not supported"
            return .sequence([])
        }
        if let next = peek, ("1"..."9").contains(next) {
            var number = 0
            while let digit = peek, ("0"..."9").contains(digit), number < 10_000 {
                number = number * 10 + Int(digit.value - 0x30)
                offset += 1
            }
            largestReference = max(largestReference, number)
            unsupported = "references to groups are not supported"
            return .sequence([])
        }
        return .character(CharacterClass(items: try escape(inClass: false)))
    }

    // MARK: Repeats

    /// Whether what stands behind the brace just taken is a count.
    private var isQuantifier: Bool {
        var copy = self
        guard copy.count() != nil else { return false }
        if copy.take(",") { _ = copy.count() }
        return copy.take("}")
    }

    private mutating func quantified(_ atom: RegularExpressionTree) throws(SchemaPatternError) -> RegularExpressionTree
    {
        var least = 0
        var most: Int?
        if take("*") {
        } else if take("+") {
            least = 1
        } else if take("?") {
            most = 1
        } else if peek == "{" {
            offset += 1
            guard isQuantifier, let first = count() else {
                offset -= 1
                return atom
            }
            least = first
            most = first
            if take(",") { most = peek == "}" ? nil : count() }
            offset += 1
            guard most.map({ $0 >= least }) ?? true else { throw SchemaPatternError("a count's limits are reversed") }
            guard max(least, most ?? 0) <= Self.maxCount else {
                throw SchemaPatternError("it repeats more than \(Self.maxCount) times", isWellFormed: true)
            }
        } else {
            return atom
        }
        // Whether a repeat takes as little as it can makes no difference to whether there is a match.
        _ = take("?")
        return .repeated(atom, least: least, most: most)
    }

    private mutating func count() -> Int? {
        var value: Int?
        while let next = peek, ("0"..."9").contains(next) {
            value = min((value ?? 0) * 10 + Int(next.value - 0x30), 1 << 40)
            offset += 1
        }
        return value
    }

    // MARK: Reading

    var peek: Unicode.Scalar? { offset < scalars.count ? scalars[offset] : nil }

    mutating func take(_ text: String) -> Bool {
        let wanted = text.unicodeScalars
        guard scalars[offset...].starts(with: wanted) else { return false }
        offset += wanted.count
        return true
    }
}
