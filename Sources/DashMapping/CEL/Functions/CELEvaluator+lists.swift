extension CELEvaluator {
    /// nil when the function does not take such values.
    mutating func lists(
        _ function: CELFunction,
        _ arguments: CELArguments,
        _ node: CELNode
    ) throws(CELFailure) -> CELValue? {
        if function == .range {
            guard case .int(let count) = arguments.first else { return nil }
            guard count > 0 else { return .list([]) }
            try charge(Int(clamping: count), node)
            return .list((0..<count).map { .int($0) })
        }
        guard case .list(let elements) = arguments.first else { return nil }
        try charge(elements.count, node)
        switch function {
        case .first: return .optional(elements.first)
        case .last: return .optional(elements.last)
        case .distinct: return .list(try distinct(elements, node))
        case .sort: return .list(try sorted(elements, by: elements.map { context.resolved($0) }, node))
        case .slice:
            guard case .int(let start) = arguments.second, case .int(let end) = arguments.third else { return nil }
            guard start >= 0, start <= end, end <= elements.count else { throw outside(node) }
            return .list(Array(elements[Int(start)..<Int(end)]))
        case .flatten:
            guard arguments.count > 1 else { return .list(try flattened(elements, 1, node)) }
            guard case .int(let depth) = arguments.second else { return nil }
            guard depth >= 0 else { throw failure(.badArgument, "flatten() can't go less than 0 levels deep", node) }
            return .list(try flattened(elements, depth, node))
        default: return nil
        }
    }

    private mutating func distinct(_ elements: [CELValue], _ node: CELNode) throws(CELFailure) -> [CELValue] {
        var seen: Set<CELKey> = []
        var kept: [CELValue] = []
        // What is no key is compared with all others of its kind.
        var others: [CELValue] = []
        for element in elements {
            if let key = CELKey(context.resolved(element)) {
                if seen.insert(key).inserted { kept.append(element) }
                continue
            }
            try charge(others.count, node)
            if !others.contains(where: { CELEquality.equal(context.resolved($0), element, context) }) {
                others.append(element)
                kept.append(element)
            }
        }
        return kept
    }

    private mutating func flattened(
        _ elements: [CELValue],
        _ depth: Int64,
        _ node: CELNode
    ) throws(CELFailure) -> [CELValue] {
        guard depth > 0 else { return elements }
        var result: [CELValue] = []
        for element in elements {
            if case .list(let inner) = context.resolved(element) {
                try charge(inner.count + 1, node)
                result += try flattened(inner, depth - 1, node)
            } else {
                result.append(element)
            }
        }
        return result
    }

    mutating func sets(
        _ function: CELFunction,
        _ arguments: CELArguments,
        _ node: CELNode
    ) throws(CELFailure) -> CELValue? {
        guard case .list(let left) = arguments.first, case .list(let right) = arguments.second else { return nil }
        try charge(left.count * right.count / 4, node)
        func isIn(_ list: [CELValue], _ value: CELValue) -> Bool {
            list.contains { CELEquality.equal($0, value, context) }
        }
        switch function {
        case .setsContains: return .bool(right.allSatisfy { isIn(left, $0) })
        case .setsIntersects: return .bool(right.contains { isIn(left, $0) })
        default: return .bool(right.allSatisfy { isIn(left, $0) } && left.allSatisfy { isIn(right, $0) })
        }
    }
}
