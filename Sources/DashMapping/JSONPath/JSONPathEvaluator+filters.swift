import DashJSON

extension JSONPathEvaluator {
    /// What one side of a comparison stands for.
    private enum Value {
        /// No value at all, which equals only itself.
        case nothing
        case node(Int)
        case literal(JSONValue)
    }

    mutating func holds(_ logic: JSONPathLogic, at node: Int) -> Bool {
        switch logic {
        case .any(let parts):
            for part in parts where holds(part, at: node) { return true }
            return false
        case .all(let parts):
            for part in parts where !holds(part, at: node) { return false }
            return true
        case .not(let part):
            return !holds(part, at: node)
        case .exists(let reference):
            return !nodes(of: reference, at: node).isEmpty
        case .comparison(let left, let comparison, let right):
            return compare(value(of: left, at: node), comparison, value(of: right, at: node))
        case .pattern(let text, let pattern, let whole):
            return matches(text, pattern, whole, at: node)
        }
    }

    private mutating func nodes(of reference: JSONPathReference, at node: Int) -> [Int] {
        evaluate(reference.query, from: reference.isRelative ? node : root)
    }

    private mutating func value(of operand: JSONPathOperand, at node: Int) -> Value {
        switch operand {
        case .literal(let value): return .literal(value)
        case .singular(let reference), .value(let reference):
            let found = nodes(of: reference, at: node)
            return found.count == 1 ? .node(found[0]) : .nothing
        case .count(let reference):
            return .literal(.number(JSONNumber(nodes(of: reference, at: node).count)))
        case .length(let inner):
            return length(of: value(of: inner, at: node)).map { .literal(.number(JSONNumber($0))) } ?? .nothing
        case .compiledPattern: return .nothing
        }
    }

    private mutating func length(of value: Value) -> Int? {
        switch value {
        case .nothing: return nil
        case .literal(let literal): return literal.stringValue?.unicodeScalars.count
        case .node(let node):
            switch document.nodes[node].kind {
            case .string: return document.text(node).unicodeScalars.count
            case .array, .object: return children(of: node).count
            case .null, .bool, .number: return nil
            }
        }
    }

    private mutating func matches(
        _ text: JSONPathOperand,
        _ pattern: JSONPathOperand,
        _ whole: Bool,
        at node: Int
    ) -> Bool {
        guard let text = string(value(of: text, at: node)) else { return false }
        let expression: RegularExpression?
        if case .compiledPattern(let compiled) = pattern {
            expression = compiled
        } else {
            expression = string(value(of: pattern, at: node)).flatMap { RegularExpression($0) }
        }
        guard let expression else { return false }
        // Each character is compared with as many places of the pattern as are open.
        visitsLeft -= text.utf8.count * max(1, expression.instructions.count / 8)
        guard visitsLeft >= 0 else { return false }
        return whole ? expression.matchesWhole(text) : expression.matchesPart(text)
    }

    private func string(_ value: Value) -> String? {
        switch value {
        case .nothing: nil
        case .literal(let literal): literal.stringValue
        case .node(let node): document.nodes[node].kind == .string ? document.text(node) : nil
        }
    }

    /// RFC 9535, 2.3.5.2.2.
    private mutating func compare(_ left: Value, _ comparison: JSONPathComparison, _ right: Value) -> Bool {
        switch comparison {
        case .equal: equal(left, right)
        case .notEqual: !equal(left, right)
        case .less: isLess(left, right)
        case .greater: isLess(right, left)
        case .lessOrEqual: isLess(left, right) || equal(left, right)
        case .greaterOrEqual: isLess(right, left) || equal(left, right)
        }
    }

    private mutating func equal(_ left: Value, _ right: Value) -> Bool {
        switch (left, right) {
        case (.nothing, .nothing): return true
        case (.nothing, _), (_, .nothing): return false
        default: return JSONEquality.equal(tree(left), tree(right))
        }
    }

    private mutating func isLess(_ left: Value, _ right: Value) -> Bool {
        switch (tree(left), tree(right)) {
        case (.number(let left), .number(let right)): JSONEquality.isLess(left, right)
        case (.string(let left), .string(let right)): JSONEquality.isLess(left, right)
        default: false
        }
    }

    private mutating func tree(_ value: Value) -> JSONValue {
        switch value {
        case .nothing: return nil
        case .literal(let literal): return literal
        case .node(let node):
            visitsLeft -= Int(document.nodes[node].next) - node
            return visitsLeft >= 0 ? JSONValue(document.view(node)) : nil
        }
    }
}
