/// One evaluation: follows the nodes from the root and keeps the locals of macros.
struct CELEvaluator: ~Copyable {
    let code: CELCode
    let parts: CELParts
    let context: CELContext
    var locals: [CELValue]
    var stepsLeft: Int

    @inline(__always)
    init(_ code: CELCode, _ parts: CELParts, _ context: CELContext, _ maxSteps: Int) {
        self.code = code
        self.parts = parts
        self.context = context
        locals = code.localCount == 0 ? [] : Array(repeating: .null, count: code.localCount)
        stepsLeft = maxSteps
    }

    mutating func evaluate(_ index: Int32) throws(CELFailure) -> CELValue {
        let node = parts.nodes[Int(index)]
        stepsLeft &-= 1
        if stepsLeft < 0 { throw outOfSteps(node) }
        switch node.operation {
        case .constant: return parts.constants[Int(node.a)]
        case .variable:
            if Int(node.a) < parts.variables.count, let value = parts.variables[Int(node.a)] { return value }
            throw failure(.noSuchVariable, "the variable '\(code.variables[Int(node.a)])' has no value", node)
        case .local: return locals[Int(node.a)]
        case .select: return try select(evaluate(node.a), node)
        case .selectOptional: return try selectOptional(evaluate(node.a), node)
        case .has: return try .bool(has(evaluate(node.a), node))
        case .index: return try self.index(evaluate(node.a), evaluate(node.b), node)
        case .indexOptional: return try indexOptional(evaluate(node.a), evaluate(node.b), node)
        case .not:
            let value = try evaluate(node.a)
            guard case .bool(let isTrue) = value else { throw refused("'!'", [value], node) }
            return .bool(!isTrue)
        case .negate: return try negate(evaluate(node.a), node)
        case .and: return try .bool(logical(node, decisive: false))
        case .or: return try .bool(logical(node, decisive: true))
        case .conditional:
            let value = try evaluate(node.a)
            guard case .bool(let isTrue) = value else { throw refused("the condition before '?'", [value], node) }
            return try evaluate(isTrue ? node.b : node.c)
        case .equal: return try .bool(isEqual(evaluate(node.a), evaluate(node.b), node))
        case .notEqual: return try .bool(!isEqual(evaluate(node.a), evaluate(node.b), node))
        case .less, .lessOrEqual, .greater, .greaterOrEqual:
            return try .bool(compare(evaluate(node.a), evaluate(node.b), node))
        case .contained: return try .bool(isContained(evaluate(node.a), in: evaluate(node.b), node))
        case .add, .subtract, .multiply, .divide, .remainder:
            return try arithmetic(evaluate(node.a), evaluate(node.b), node)
        case .list: return try list(node)
        case .map: return try map(node)
        case .call: return try call(node)
        case .matches: return try matches(evaluate(node.a), node)
        case .loop: return try loop(node)
        case .bind:
            locals[Int(node.b)] = try evaluate(node.a)
            return try evaluate(node.c)
        case .fail: throw code.failures[Int(node.a)]
        }
    }

    /// A failure on one side counts only when the other side does not decide.
    private mutating func logical(_ node: CELNode, decisive: Bool) throws(CELFailure) -> Bool {
        var failure: CELFailure?
        for side in [node.a, node.b] {
            do throws(CELFailure) {
                let value = try evaluate(side)
                guard case .bool(let isTrue) = value else {
                    throw refused(decisive ? "'||'" : "'&&'", [value], node)
                }
                if isTrue == decisive { return decisive }
            } catch {
                if error.reason == .stepLimit { throw error }
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
        return !decisive
    }

    private mutating func list(_ node: CELNode) throws(CELFailure) -> CELValue {
        var elements: [CELValue] = []
        elements.reserveCapacity(Int(node.b))
        for place in node.a..<node.a + node.b {
            let argument = code.arguments[Int(place)]
            guard argument < 0 else {
                elements.append(try evaluate(argument))
                continue
            }
            if let value = try present(evaluate(~argument), node) { elements.append(value) }
        }
        return .list(elements)
    }

    private mutating func map(_ node: CELNode) throws(CELFailure) -> CELValue {
        var entries: [CELMap.Entry] = []
        for pair in 0..<Int(node.b) {
            let key = code.arguments[Int(node.a) + pair * 2]
            let valueNode = code.arguments[Int(node.a) + pair * 2 + 1]
            let keyValue = context.resolved(try evaluate(key < 0 ? ~key : key))
            let value = try evaluate(valueNode)
            if key >= 0 {
                entries.append((keyValue, value))
            } else if let value = try present(value, node) {
                entries.append((keyValue, value))
            }
        }
        return .map(try map(entries, node))
    }

    func map(_ entries: [CELMap.Entry], _ node: CELNode) throws(CELFailure) -> CELMap {
        guard let map = CELMap(entries) else {
            throw failure(.badArgument, "a map's keys are bools, ints, uints or strings, each there once", node)
        }
        return map
    }

    /// What an optional element holds.
    private func present(_ value: CELValue, _ node: CELNode) throws(CELFailure) -> CELValue? {
        guard case .optional(let inner) = value else { throw refused("'?' before an element", [value], node) }
        return inner
    }

    @inline(__always)
    private mutating func isEqual(_ left: CELValue, _ right: CELValue, _ node: CELNode) throws(CELFailure) -> Bool {
        try charge(left, node)
        return CELEquality.equal(left, right, context)
    }

    // MARK: Failures

    @inline(never)
    func failure(_ reason: CELFailure.Reason, _ message: String, _ node: CELNode) -> CELFailure {
        CELFailure(reason, message, at: node.offset)
    }

    /// The operation does not take values of these types.
    @inline(never)
    func refused(_ what: String, _ values: [CELValue], _ node: CELNode) -> CELFailure {
        let types = values.map(\.type.phrase).joined(separator: " and ")
        return CELFailure(.noSuchOverload, "\(what) can't take \(types)", at: node.offset)
    }

    @inline(never)
    private func outOfSteps(_ node: CELNode) -> CELFailure {
        failure(.stepLimit, "the expression takes more than \(code.options.maxSteps) steps", node)
    }

    /// Counts the going through a list or map.
    @inline(__always)
    mutating func charge(_ value: CELValue, _ node: CELNode) throws(CELFailure) {
        switch value {
        case .list(let elements): try charge(elements.count / 8, node)
        case .map(let map): try charge(map.count / 8, node)
        case .decimal(let value): try charge(value.text.utf8.count / 8, node)
        case .view(let view) where view.node >= 0: try charge(context.size(of: view) / 8, node)
        default: break
        }
    }

    /// Counts work that grows with its input.
    @inline(__always)
    mutating func charge(_ steps: Int, _ node: CELNode) throws(CELFailure) {
        stepsLeft &-= steps
        if stepsLeft < 0 { throw outOfSteps(node) }
    }
}
