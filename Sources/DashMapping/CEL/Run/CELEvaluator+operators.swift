extension CELEvaluator {
    @inline(__always)
    mutating func compare(_ left: CELValue, _ right: CELValue, _ node: CELNode) throws(CELFailure) -> Bool {
        if case .decimal = left { try charge(left, node) }
        guard let order = CELOrder.compare(context.resolved(left), context.resolved(right)) else {
            throw refused("a comparison", [left, right], node)
        }
        switch node.operation {
        case .less: return order == .less
        case .lessOrEqual: return order == .less || order == .equal
        case .greater: return order == .greater
        default: return order == .greater || order == .equal
        }
    }

    func negate(_ value: CELValue, _ node: CELNode) throws(CELFailure) -> CELValue {
        switch value {
        case .int(let value):
            guard value != .min else { throw overflow(node) }
            return .int(-value)
        case .double(let value): return .double(-value)
        case .decimal(let value): return .decimal(value.negated)
        case .duration(let value):
            guard let negated = CELDuration(seconds: -value.seconds, nanoseconds: -Int64(value.nanoseconds)) else {
                throw overflow(node)
            }
            return .duration(negated)
        default: throw refused("'-'", [value], node)
        }
    }

    @inline(__always)
    mutating func arithmetic(_ left: CELValue, _ right: CELValue, _ node: CELNode) throws(CELFailure) -> CELValue {
        switch (left, right) {
        case (.double(let left), .double(let right)) where node.operation != .remainder:
            return .double(doubles(left, right, node.operation))
        case (.int(let left), .int(let right)): return .int(try integers(left, right, node))
        case (.uint(let left), .uint(let right)): return .uint(try integers(left, right, node))
        default: return try others(left, right, node)
        }
    }

    @inline(__always)
    private func doubles(_ left: Double, _ right: Double, _ operation: CELNode.Operation) -> Double {
        switch operation {
        case .add: left + right
        case .subtract: left - right
        case .multiply: left * right
        case .divide: left / right
        default: left.truncatingRemainder(dividingBy: right)
        }
    }

    @inline(__always)
    private func integers<Value: FixedWidthInteger>(
        _ left: Value,
        _ right: Value,
        _ node: CELNode
    ) throws(CELFailure) -> Value {
        let result: (partialValue: Value, overflow: Bool)
        switch node.operation {
        case .add: result = left.addingReportingOverflow(right)
        case .subtract: result = left.subtractingReportingOverflow(right)
        case .multiply: result = left.multipliedReportingOverflow(by: right)
        default:
            guard right != 0 else { throw failure(.divisionByZero, "a whole number can't be divided by 0", node) }
            result =
                node.operation == .divide
                ? left.dividedReportingOverflow(by: right) : left.remainderReportingOverflow(dividingBy: right)
        }
        if result.overflow { throw overflow(node) }
        return result.partialValue
    }

    @inline(never)
    private mutating func others(_ left: CELValue, _ right: CELValue, _ node: CELNode) throws(CELFailure) -> CELValue {
        if case .decimal(let left) = left { return try arithmetic(.double(left.double), right, node) }
        if case .decimal(let right) = right { return try arithmetic(left, .double(right.double), node) }
        if code.options.mixesNumbers, let mixed = try mixed(left, right, node) { return mixed }
        switch node.operation {
        case .add:
            if let sum = try sum(context.resolved(left), context.resolved(right), node) { return sum }
        case .subtract:
            if let difference = try difference(left, right, node) { return difference }
        default: break
        }
        let symbol =
            switch node.operation {
            case .add: "'+'"
            case .subtract: "'-'"
            case .multiply: "'*'"
            case .divide: "'/'"
            default: "'%'"
            }
        throw refused(symbol, [left, right], node)
    }

    private mutating func sum(_ left: CELValue, _ right: CELValue, _ node: CELNode) throws(CELFailure) -> CELValue? {
        switch (left, right) {
        case (.string(let left), .string(let right)):
            try charge((left.utf8.count + right.utf8.count) / 16, node)
            return .string(left + right)
        case (.bytes(let left), .bytes(let right)):
            try charge((left.count + right.count) / 16, node)
            return .bytes(left + right)
        case (.list(let left), .list(let right)):
            try charge((left.count + right.count) / 2, node)
            return .list(left + right)
        case (.timestamp(let moment), .duration(let length)), (.duration(let length), .timestamp(let moment)):
            guard let sum = moment.adding(length) else { throw overflow(node) }
            return .timestamp(sum)
        case (.duration(let left), .duration(let right)):
            guard let sum = left.adding(right) else { throw overflow(node) }
            return .duration(sum)
        default: return nil
        }
    }

    private func difference(_ left: CELValue, _ right: CELValue, _ node: CELNode) throws(CELFailure) -> CELValue? {
        switch (left, right) {
        case (.timestamp(let moment), .duration(let length)):
            guard let difference = moment.adding(length, sign: -1) else { throw overflow(node) }
            return .timestamp(difference)
        case (.duration(let left), .duration(let right)):
            guard let difference = left.adding(right, sign: -1) else { throw overflow(node) }
            return .duration(difference)
        case (.timestamp(let left), .timestamp(let right)):
            guard let distance = left.distance(from: right) else { throw overflow(node) }
            return .duration(distance)
        default: return nil
        }
    }

    /// Numbers of different types: as doubles when one is a double, else as ints.
    private func mixed(_ left: CELValue, _ right: CELValue, _ node: CELNode) throws(CELFailure) -> CELValue? {
        guard let first = Self.double(left), let second = Self.double(right) else { return nil }
        switch (left, right) {
        case (.int(let left), .uint(let right)):
            if let right = Int64(exactly: right) { return .int(try integers(left, right, node)) }
        case (.uint(let left), .int(let right)):
            if let left = Int64(exactly: left) { return .int(try integers(left, right, node)) }
        default: break
        }
        return .double(doubles(first, second, node.operation))
    }

    static func double(_ value: CELValue) -> Double? {
        switch value {
        case .int(let value): Double(value)
        case .uint(let value): Double(value)
        case .double(let value): value
        case .decimal(let value): value.double
        default: nil
        }
    }

    @inline(never)
    func overflow(_ node: CELNode) -> CELFailure {
        failure(.overflow, "the result is out of range", node)
    }
}
