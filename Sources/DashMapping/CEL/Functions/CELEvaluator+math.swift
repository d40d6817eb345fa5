extension CELEvaluator {
    /// nil when the function does not take such values.
    func math(_ function: CELFunction, _ value: CELValue, _ node: CELNode) throws(CELFailure) -> CELValue? {
        switch (function, value) {
        case (.abs, .int(let value)):
            guard value != .min else { throw overflow(node) }
            return .int(value < 0 ? -value : value)
        case (.abs, .uint), (.sign, .uint(0)): return value
        case (.abs, .double(let value)): return .double(value.magnitude)
        case (.sign, .int(let value)): return .int(value.signum())
        case (.sign, .uint): return .uint(1)
        case (.sign, .double(let value)): return .double(value > 0 ? 1 : value < 0 ? -1 : value)
        case (.abs, .decimal(let decimal)): return decimal.isNegative ? .decimal(decimal.negated) : value
        case (.sign, .decimal(let value)): return .double(value.isNegative ? -1 : 1)
        case (.isFinite, .decimal): return .bool(true)
        case (.isNaN, .decimal), (.isInf, .decimal): return .bool(false)
        case (_, .decimal(let value)): return try math(function, .double(value.double), node)
        case (.sqrt, _): return Self.double(value).map { .double($0.squareRoot()) }
        case (.ceil, .double(let value)): return .double(value.rounded(.up))
        case (.floor, .double(let value)): return .double(value.rounded(.down))
        case (.round, .double(let value)): return .double(value.rounded(.toNearestOrAwayFromZero))
        case (.trunc, .double(let value)): return .double(value.rounded(.towardZero))
        case (.isNaN, .double(let value)): return .bool(value.isNaN)
        case (.isInf, .double(let value)): return .bool(value.isInfinite)
        case (.isFinite, .double(let value)): return .bool(value.isFinite)
        case (.ceil, .int), (.floor, .int), (.round, .int), (.trunc, .int):
            // JSON writes 21 for 21.0, so where numbers mix a whole one is its own rounding.
            return code.options.mixesNumbers ? value : nil
        default: return nil
        }
    }

    func bits(_ function: CELFunction, _ arguments: CELArguments, _ node: CELNode) throws(CELFailure) -> CELValue? {
        if function == .bitShiftLeft || function == .bitShiftRight { return try shifted(function, arguments, node) }
        switch (arguments.first, arguments.second) {
        case (.int(let value), _) where function == .bitNot: return .int(~value)
        case (.uint(let value), _) where function == .bitNot: return .uint(~value)
        case (.int(let left), .int(let right)): return .int(Self.combined(left, right, function))
        case (.uint(let left), .uint(let right)): return .uint(Self.combined(left, right, function))
        default: return nil
        }
    }

    private static func combined<Value: FixedWidthInteger>(
        _ left: Value,
        _ right: Value,
        _ function: CELFunction
    ) -> Value {
        switch function {
        case .bitAnd: left & right
        case .bitOr: left | right
        default: left ^ right
        }
    }

    /// The bits move as those of a uint: what comes in from either side is 0.
    private func shifted(
        _ function: CELFunction,
        _ arguments: CELArguments,
        _ node: CELNode
    ) throws(CELFailure) -> CELValue? {
        guard case .int(let count) = arguments.second else { return nil }
        guard count >= 0 else { throw failure(.badArgument, "bits can't be shifted by less than 0 places", node) }
        func shift(_ bits: UInt64) -> UInt64 {
            guard count < 64 else { return 0 }
            return function == .bitShiftLeft ? bits << UInt64(count) : bits >> UInt64(count)
        }
        switch arguments.first {
        case .int(let value): return .int(Int64(bitPattern: shift(UInt64(bitPattern: value))))
        case .uint(let value): return .uint(shift(value))
        default: return nil
        }
    }

    /// `math.greatest` and `math.least` of several numbers or of a list of them.
    mutating func extreme(_ function: CELFunction, _ node: CELNode) throws(CELFailure) -> CELValue {
        var values: [CELValue] = []
        for place in node.b..<node.b + node.c {
            values.append(context.resolved(try evaluate(code.arguments[Int(place)])))
        }
        if values.count == 1, case .list(let elements) = values[0] {
            try charge(elements.count, node)
            values = elements
        }
        guard var best = values.first else {
            throw failure(.badArgument, "\(function)() needs at least one number", node)
        }
        for value in values {
            guard value.type.isNumber, let order = CELOrder.compareNumbers(value, best) else {
                throw refused("\(function)()", [value], node)
            }
            if order == (function == .greatest ? .greater : .less) { best = value }
        }
        return best
    }
}
