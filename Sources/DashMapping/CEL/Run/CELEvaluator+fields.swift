import DashJSON

extension CELEvaluator {
    @inline(__always)
    func select(_ operand: CELValue, _ node: CELNode) throws(CELFailure) -> CELValue {
        if case .optional(let inner) = operand {
            guard let inner else { return .optional(nil) }
            return .optional(try field(of: inner, node))
        }
        if let value = try field(of: operand, node) { return value }
        throw noSuchKey(node)
    }

    func selectOptional(_ operand: CELValue, _ node: CELNode) throws(CELFailure) -> CELValue {
        if case .optional(let inner) = operand {
            guard let inner else { return .optional(nil) }
            return .optional(try field(of: inner, node))
        }
        return .optional(try field(of: operand, node))
    }

    func has(_ operand: CELValue, _ node: CELNode) throws(CELFailure) -> Bool {
        if case .optional(let inner) = operand {
            guard let inner else { return false }
            return try field(of: inner, node) != nil
        }
        return try field(of: operand, node) != nil
    }

    /// nil when the map has no such key.
    @inline(__always)
    private func field(of operand: CELValue, _ node: CELNode) throws(CELFailure) -> CELValue? {
        switch operand {
        case .view(let view) where view.kind == .object:
            // A text of nothing but empty keys has no address.
            guard let base = parts.text.baseAddress else { return context.member("", of: view) }
            return context.member(parts.keys[Int(node.b)], base, of: view)
        case .map(let map): return map[.string(code.names[Int(node.b)])]
        default: throw noField(operand, code.names[Int(node.b)], node)
        }
    }

    @inline(never)
    private func noField(_ operand: CELValue, _ name: String, _ node: CELNode) -> CELFailure {
        failure(.noSuchOverload, "\(operand.type.phrase) has no field '\(name)'", node)
    }

    @inline(never)
    private func noSuchKey(_ node: CELNode) -> CELFailure {
        failure(.noSuchKey, "there is no field '\(code.names[Int(node.b)])'", node)
    }

    // MARK: Indices

    mutating func index(_ operand: CELValue, _ index: CELValue, _ node: CELNode) throws(CELFailure) -> CELValue {
        if case .optional(let inner) = operand {
            guard let inner else { return .optional(nil) }
            return .optional(try element(inner, index, node))
        }
        if let value = try element(operand, index, node) { return value }
        if operand.type == .list { throw failure(.outOfBounds, "the index lies outside the list", node) }
        throw failure(.noSuchKey, "the map has no such key", node)
    }

    mutating func indexOptional(_ operand: CELValue, _ index: CELValue, _ node: CELNode) throws(CELFailure) -> CELValue
    {
        if case .optional(let inner) = operand {
            guard let inner else { return .optional(nil) }
            return .optional(try element(inner, index, node))
        }
        return .optional(try element(operand, index, node))
    }

    private mutating func element(_ operand: CELValue, _ index: CELValue, _ node: CELNode) throws(CELFailure)
        -> CELValue?
    {
        let index = context.resolved(index)
        if case .view(let view) = operand, view.kind == .object, case .string(let name) = index {
            return context.member(name, of: view)
        }
        try charge(operand, node)
        switch context.resolved(operand) {
        case .list(let elements):
            guard let place = CELKey(index).flatMap({ _ in Self.whole(index) }) else {
                throw refused("a list's index", [index], node)
            }
            return elements.indices.contains(place) ? elements[place] : nil
        case .map(let map):
            switch index {
            case .bool, .int, .uint, .string, .double, .decimal: return map[index]
            default: throw refused("a map's index", [index], node)
            }
        default: throw refused("an index", [operand], node)
        }
    }

    /// A whole number of any type; nil for all else.
    static func whole(_ value: CELValue) -> Int? {
        switch value {
        case .int(let value): Int(exactly: value)
        case .uint(let value): Int(exactly: value) ?? .max
        case .double(let value): Int(exactly: value)
        // A whole one is larger than any list.
        case .decimal: .max
        default: nil
        }
    }

    mutating func isContained(_ value: CELValue, in range: CELValue, _ node: CELNode) throws(CELFailure) -> Bool {
        if case .view(let view) = range, view.kind == .object {
            guard case .string(let name) = context.resolved(value) else { return false }
            return context.member(name, of: view) != nil
        }
        switch context.resolved(range) {
        case .list(let elements):
            try charge(elements.count / 4, node)
            for element in elements where CELEquality.equal(element, value, context) { return true }
            return false
        case .map(let map): return map[context.resolved(value)] != nil
        default: throw refused("'in'", [value, range], node)
        }
    }
}
