extension CELEvaluator {
    mutating func loop(_ node: CELNode) throws(CELFailure) -> CELValue {
        let loop = code.loops[Int(node.b)]
        let range = try evaluate(node.a)
        switch loop.kind {
        case .all: return try .bool(test(loop, range, node, decisive: false))
        case .exists: return try .bool(test(loop, range, node, decisive: true))
        case .existsOne: return try .bool(existsOne(loop, range, node))
        case .list: return try transformedList(loop, range, node)
        case .map, .mapEntry: return try transformedMap(loop, range, node)
        case .sortBy: return try sorted(loop, range, node)
        case .optionalMap, .optionalFlatMap: return try transformedOptional(loop, range, node)
        }
    }

    /// What a macro goes through: elements with their places, or a map's keys with their values.
    private mutating func pairs(
        _ range: CELValue,
        _ node: CELNode
    ) throws(CELFailure) -> (values: [CELValue], keys: CELMap?) {
        try charge(range, node)
        switch context.resolved(range) {
        case .list(let elements): return (elements, nil)
        case .map(let map): return (map.entries.map(\.key), map)
        default: throw refused("a macro over elements", [range], node)
        }
    }

    private mutating func set(_ loop: CELLoop, _ index: Int, _ values: [CELValue], _ map: CELMap?) {
        if loop.key < 0 {
            locals[Int(loop.value)] = values[index]
        } else if let map {
            locals[Int(loop.key)] = values[index]
            locals[Int(loop.value)] = map.entries[index].value
        } else {
            locals[Int(loop.key)] = .int(Int64(index))
            locals[Int(loop.value)] = values[index]
        }
    }

    /// Whether some element decides; a failure counts only when none does.
    private mutating func test(
        _ loop: CELLoop,
        _ range: CELValue,
        _ node: CELNode,
        decisive: Bool
    ) throws(CELFailure) -> Bool {
        let (values, map) = try pairs(range, node)
        var failure: CELFailure?
        for index in values.indices {
            set(loop, index, values, map)
            do throws(CELFailure) {
                if try condition(loop.body, node) == decisive { return decisive }
            } catch {
                if error.reason == .stepLimit { throw error }
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
        return !decisive
    }

    private mutating func condition(_ body: Int32, _ node: CELNode) throws(CELFailure) -> Bool {
        let value = try evaluate(body)
        guard case .bool(let isTrue) = value else { throw refused("the condition of a macro", [value], node) }
        return isTrue
    }

    private mutating func existsOne(_ loop: CELLoop, _ range: CELValue, _ node: CELNode) throws(CELFailure) -> Bool {
        let (values, map) = try pairs(range, node)
        var count = 0
        for index in values.indices {
            set(loop, index, values, map)
            if try condition(loop.body, node) { count += 1 }
        }
        return count == 1
    }

    private mutating func isWanted(_ loop: CELLoop, _ node: CELNode) throws(CELFailure) -> Bool {
        loop.filter < 0 ? true : try condition(loop.filter, node)
    }

    private mutating func transformedList(
        _ loop: CELLoop,
        _ range: CELValue,
        _ node: CELNode
    ) throws(CELFailure) -> CELValue {
        let (values, map) = try pairs(range, node)
        var result: [CELValue] = []
        for index in values.indices {
            set(loop, index, values, map)
            if try isWanted(loop, node) { result.append(try evaluate(loop.body)) }
        }
        return .list(result)
    }

    private mutating func transformedMap(
        _ loop: CELLoop,
        _ range: CELValue,
        _ node: CELNode
    ) throws(CELFailure) -> CELValue {
        let (values, map) = try pairs(range, node)
        var result: [CELMap.Entry] = []
        for index in values.indices {
            set(loop, index, values, map)
            guard try isWanted(loop, node) else { continue }
            let value = try evaluate(loop.body)
            if loop.kind == .map {
                result.append((locals[Int(loop.key)], value))
            } else {
                guard case .map(let entry) = context.resolved(value) else {
                    throw refused("transformMapEntry()", [value], node)
                }
                result += entry.entries
            }
        }
        return .map(try self.map(result.map { (context.resolved($0.key), $0.value) }, node))
    }

    private mutating func sorted(_ loop: CELLoop, _ range: CELValue, _ node: CELNode) throws(CELFailure) -> CELValue {
        guard case .list(let elements) = context.resolved(range) else { throw refused("sortBy()", [range], node) }
        var keys: [CELValue] = []
        for element in elements {
            locals[Int(loop.value)] = element
            keys.append(context.resolved(try evaluate(loop.body)))
        }
        return .list(try sorted(elements, by: keys, node))
    }

    /// In the order of their keys, which must be of one type that has an order.
    func sorted(_ elements: [CELValue], by keys: [CELValue], _ node: CELNode) throws(CELFailure) -> [CELValue] {
        for key in keys where key.type != keys[0].type || CELOrder.compare(key, keys[0]) == nil {
            throw refused("sorting", [keys[0], key], node)
        }
        return elements.indices.sorted { left, right in
            let order = CELOrder.compare(keys[left], keys[right])
            return order == .less || order != .greater && left < right
        }.map { elements[$0] }
    }

    private mutating func transformedOptional(
        _ loop: CELLoop,
        _ range: CELValue,
        _ node: CELNode
    ) throws(CELFailure) -> CELValue {
        guard case .optional(let inner) = range else { throw refused("this macro of optionals", [range], node) }
        guard let inner else { return .optional(nil) }
        locals[Int(loop.value)] = inner
        let value = try evaluate(loop.body)
        if loop.kind == .optionalMap { return .optional(value) }
        guard case .optional = value else { throw refused("optFlatMap()", [value], node) }
        return value
    }
}
