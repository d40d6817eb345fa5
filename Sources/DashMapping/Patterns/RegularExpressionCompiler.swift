/// Turns a pattern's structure into instructions, repeats unrolled.
struct RegularExpressionCompiler {
    private(set) var instructions: [RegularExpression.Instruction] = []
    /// Unrolling something empty adds no instruction but takes time all the same.
    private var stepsLeft = 100_000

    /// False when the pattern becomes too large.
    mutating func append(_ instruction: RegularExpression.Instruction) -> Bool {
        guard instructions.count < RegularExpression.maxInstructions else { return false }
        instructions.append(instruction)
        return true
    }

    mutating func add(_ tree: RegularExpressionTree) -> Bool {
        stepsLeft -= 1
        guard stepsLeft > 0 else { return false }
        switch tree {
        case .character(let characters): return append(.character(characters))
        case .assertion(let assertion): return append(.assertion(assertion))
        case .ahead(let inner, let isNegated):
            let place = instructions.count
            guard append(.jump(0)), add(inner), append(.accept) else { return false }
            instructions[place] = .ahead(next: instructions.count, isNegated: isNegated)
            return true
        case .sequence(let parts):
            for part in parts where !add(part) { return false }
            return true
        case .choice(let branches): return addChoice(branches[...])
        case .repeated(let inner, let least, let most):
            for _ in 0..<least where !add(inner) { return false }
            guard let most else { return addLoop(inner) }
            for _ in least..<most where !addOptional(inner) { return false }
            return true
        }
    }

    private mutating func addChoice(_ branches: ArraySlice<RegularExpressionTree>) -> Bool {
        guard let first = branches.first else { return true }
        guard branches.count > 1 else { return add(first) }
        let split = instructions.count
        guard append(.jump(0)), add(first) else { return false }
        let jump = instructions.count
        guard append(.jump(0)) else { return false }
        instructions[split] = .split(split + 1, instructions.count)
        guard addChoice(branches.dropFirst()) else { return false }
        instructions[jump] = .jump(instructions.count)
        return true
    }

    private mutating func addLoop(_ inner: RegularExpressionTree) -> Bool {
        let split = instructions.count
        guard append(.jump(0)), add(inner), append(.jump(split)) else { return false }
        instructions[split] = .split(split + 1, instructions.count)
        return true
    }

    private mutating func addOptional(_ inner: RegularExpressionTree) -> Bool {
        let split = instructions.count
        guard append(.jump(0)), add(inner) else { return false }
        instructions[split] = .split(split + 1, instructions.count)
        return true
    }
}
