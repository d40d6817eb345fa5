/// A `pattern` by ECMA-262, ready to search texts; a search takes time proportional to the text.
///
/// References to groups and looking behind have no such search and are refused.
struct SchemaPattern: Sendable {
    /// One instruction, with the ASCII characters that it admits as bits.
    struct Step: Sendable {
        enum Kind: UInt8, Sendable { case character, split, jump, start, end, boundary, ahead, accept }

        var kind: Kind
        var isNegated = false
        /// A character's class, or where to go on.
        var first: Int32 = 0
        var second: Int32 = 0
        var low: UInt64 = 0
        var high: UInt64 = 0
    }

    let text: String
    private let steps: [Step]
    private let classes: [CharacterClass]

    init(_ text: String) throws(SchemaPatternError) {
        var parser = ECMAPatternParser(text)
        let tree = try parser.parse()
        if let reason = parser.unsupported { throw SchemaPatternError(reason, isWellFormed: true) }
        var compiler = RegularExpressionCompiler()
        guard compiler.add(tree), compiler.append(.accept) else {
            throw SchemaPatternError("it is too large", isWellFormed: true)
        }
        self.text = text
        var classes: [CharacterClass] = []
        steps = compiler.instructions.map { Self.step($0, &classes) }
        self.classes = classes
    }

    /// Whether the text is a pattern, whether or not it can be used.
    static func isWellFormed(_ text: String) -> Bool {
        var parser = ECMAPatternParser(text)
        do {
            _ = try parser.parse()
            return true
        } catch {
            return error.isWellFormed
        }
    }

    private static func step(_ instruction: RegularExpression.Instruction, _ classes: inout [CharacterClass]) -> Step {
        switch instruction {
        case .character(let characters):
            var step = Step(kind: .character, first: Int32(classes.count))
            for value in UInt32(0)..<128 {
                guard let scalar = Unicode.Scalar(value), characters.contains(scalar) else { continue }
                if value < 64 { step.low |= 1 << UInt64(value) } else { step.high |= 1 << UInt64(value - 64) }
            }
            classes.append(characters)
            return step
        case .split(let first, let second): return Step(kind: .split, first: Int32(first), second: Int32(second))
        case .jump(let target): return Step(kind: .jump, first: Int32(target))
        case .assertion(.start), .assertion(.lineStart): return Step(kind: .start)
        case .assertion(.end), .assertion(.lineEnd): return Step(kind: .end)
        case .assertion(.wordBoundary): return Step(kind: .boundary)
        case .assertion(.noWordBoundary): return Step(kind: .boundary, isNegated: true)
        case .ahead(let next, let isNegated): return Step(kind: .ahead, isNegated: isNegated, first: Int32(next))
        case .accept: return Step(kind: .accept)
        }
    }

    /// What a search of so long a text takes at most, in steps of a budget.
    func steps(for length: Int) -> Int { min(PatternSearch.maxSteps, steps.count * (length + 1)) / 64 + 1 }

    /// Whether some part of the text, which is UTF-8, has the form. A text beyond what a search may take has not.
    func matches(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        let words = (steps.count * (text.count + 1) + 63) / 64
        guard words <= PatternSearch.maxWords else { return false }
        return steps.withUnsafeBufferPointer { steps in
            withUnsafeTemporaryAllocation(of: UInt64.self, capacity: words) { visited in
                visited.initialize(repeating: 0)
                var search = PatternSearch(steps: steps, classes: classes, text: text, visited: visited)
                return search.run()
            }
        }
    }
}
