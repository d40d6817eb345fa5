/// A pattern by RFC 9485 (I-Regexp), with `^` and `$` as most people mean them; matched in time proportional to the text.
struct RegularExpression: Sendable {
    enum Instruction: Sendable {
        case character(CharacterClass)
        case split(Int, Int)
        case jump(Int)
        /// Only where the text begins, only where it ends.
        case start, end
        /// Only for `SchemaPattern`: a word's edge; what follows up to the instruction before `next` and its `accept`.
        case boundary(isNegated: Bool)
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
        let scalars = Array(text.unicodeScalars)
        var accepted = add(0, to: &current, atStart: true, atEnd: scalars.isEmpty)
        if accepted, !anchored { return true }
        for (position, scalar) in scalars.enumerated() {
            let atEnd = position == scalars.count - 1
            accepted = false
            next.removeAll()
            for state in current.members {
                guard case .character(let characters) = instructions[state], characters.contains(scalar) else {
                    continue
                }
                if add(state + 1, to: &next, atStart: false, atEnd: atEnd) { accepted = true }
            }
            if !anchored, add(0, to: &next, atStart: false, atEnd: atEnd) { accepted = true }
            if accepted, !anchored { return true }
            swap(&current, &next)
            if anchored, current.members.isEmpty { return false }
        }
        return accepted
    }

    /// Follows jumps and splits from `start`; true when the end of the pattern is reached.
    private func add(_ start: Int, to states: inout States, atStart: Bool, atEnd: Bool) -> Bool {
        var accepted = false
        var pending = [start]
        while let index = pending.popLast() {
            guard states.insert(index) else { continue }
            switch instructions[index] {
            case .character, .boundary, .ahead: break
            case .jump(let target): pending.append(target)
            case .split(let first, let second):
                pending.append(second)
                pending.append(first)
            case .start: if atStart { pending.append(index + 1) }
            case .end: if atEnd { pending.append(index + 1) }
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
