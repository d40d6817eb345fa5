/// A pattern by RFC 9485 (I-Regexp), with `^` and `$` as most people mean them, or by the syntax of RE2; matched in
/// time proportional to the text.
struct RegularExpression: Sendable {
    enum Instruction: Sendable {
        case character(CharacterClass)
        case split(Int, Int)
        case jump(Int)
        /// Goes on only where this holds.
        case assertion(PatternAssertion)
        /// Only for `SchemaPattern`: what follows up to the instruction before `next` and its `accept`.
        case ahead(next: Int, isNegated: Bool)
        case accept
    }

    /// Repeats are unrolled; a pattern that grows beyond this is refused.
    static let maxInstructions = 4_000

    let instructions: [Instruction]

    /// nil when `pattern` is not a pattern.
    init?(_ pattern: String) {
        var parser = RegularExpressionParser(pattern)
        guard let tree = parser.parse() else { return nil }
        self.init(tree)
    }

    /// A pattern by the syntax of RE2; nil when it is none, or asks for what this engine does not know (scripts).
    init?(re2 pattern: String) {
        var parser = RE2Parser(pattern)
        guard let tree = parser.parse() else { return nil }
        self.init(tree)
    }

    private init?(_ tree: RegularExpressionTree) {
        var compiler = RegularExpressionCompiler()
        guard compiler.add(tree), compiler.append(.accept) else { return nil }
        instructions = compiler.instructions
    }

    /// Whether all of `text` has the form.
    func matchesWhole(_ text: String) -> Bool { run(text, anchored: true) }

    /// Whether some part of `text` has the form.
    func matchesPart(_ text: String) -> Bool { run(text, anchored: false) }

    private func run(_ text: String, anchored: Bool) -> Bool {
        var current = States(count: instructions.count)
        var next = States(count: instructions.count)
        var pending: [Int] = []
        var scalars = text.unicodeScalars.makeIterator()
        var following = scalars.next()
        var accepted = add(0, to: &current, &pending, nil, following)
        if accepted, !anchored { return true }
        while let scalar = following {
            following = scalars.next()
            accepted = false
            next.removeAll()
            for state in current.members {
                guard case .character(let characters) = instructions[state], characters.contains(scalar) else {
                    continue
                }
                if add(state + 1, to: &next, &pending, scalar, following) { accepted = true }
            }
            if !anchored, add(0, to: &next, &pending, scalar, following) { accepted = true }
            if accepted, !anchored { return true }
            swap(&current, &next)
            if anchored, current.members.isEmpty { return false }
        }
        return accepted
    }

    /// Follows jumps and splits from `start`, between two characters; true when the end of the pattern is reached.
    private func add(
        _ start: Int,
        to states: inout States,
        _ pending: inout [Int],
        _ before: Unicode.Scalar?,
        _ after: Unicode.Scalar?
    ) -> Bool {
        var accepted = false
        pending.append(start)
        while let index = pending.popLast() {
            guard states.insert(index) else { continue }
            switch instructions[index] {
            case .character, .ahead: break
            case .jump(let target): pending.append(target)
            case .split(let first, let second):
                pending.append(second)
                pending.append(first)
            case .assertion(let assertion): if assertion.holds(before, after) { pending.append(index + 1) }
            case .accept: accepted = true
            }
        }
        return accepted
    }

    /// The places in the pattern where a match may be.
    private struct States {
        private(set) var members: [Int] = []
        private var isMember: [Bool]

        init(count: Int) { isMember = Array(repeating: false, count: count) }

        mutating func insert(_ index: Int) -> Bool {
            guard !isMember[index] else { return false }
            isMember[index] = true
            members.append(index)
            return true
        }

        mutating func removeAll() {
            for member in members { isMember[member] = false }
            members.removeAll(keepingCapacity: true)
        }
    }
}
