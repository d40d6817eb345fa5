extension CELEvaluator {
    mutating func call(_ node: CELNode) throws(CELFailure) -> CELValue {
        guard let function = CELFunction(rawValue: node.a) else { return .null }
        switch function {
        case .greatest, .least: return try extreme(function, node)
        case .or, .orValue: return try alternative(function, node)
        default: break
        }
        var arguments = CELArguments(count: Int(node.c))
        if node.c > 0 {
            let value = try evaluate(code.arguments[Int(node.b)])
            try charge(value, node)
            arguments.first = context.resolved(value)
        }
        if node.c > 1 { arguments.second = context.resolved(try evaluate(code.arguments[Int(node.b) + 1])) }
        if node.c > 2 { arguments.third = context.resolved(try evaluate(code.arguments[Int(node.b) + 2])) }
        if node.c > 3 { arguments.fourth = context.resolved(try evaluate(code.arguments[Int(node.b) + 3])) }
        if let value = try value(of: function, arguments, node) { return value }
        throw refused("\(function)()", arguments.all, node)
    }

    /// nil when the function does not take such values.
    private mutating func value(
        of function: CELFunction,
        _ arguments: CELArguments,
        _ node: CELNode
    ) throws(CELFailure) -> CELValue? {
        switch function {
        case .size: return size(arguments.first)
        case .type: return .type(arguments.first.type)
        case .dyn: return arguments.first
        case .int, .uint, .double, .bool, .string, .bytes, .timestamp, .duration:
            return try converted(function, arguments.first, node)
        case .matches, .contains, .startsWith, .endsWith: return try texts(function, arguments, node)
        case .getFullYear, .getMonth, .getDayOfYear, .getDayOfMonth, .getDate, .getDayOfWeek, .getHours, .getMinutes,
            .getSeconds, .getMilliseconds:
            return try timePart(function, arguments, node)
        case .charAt, .indexOf, .lastIndexOf, .join, .lowerAscii, .upperAscii, .replace, .split, .substring, .trim,
            .reverse, .quote:
            return try strings(function, arguments, node)
        case .format: return try format(arguments, node)
        case .greatest, .least, .or, .orValue: return nil
        case .ceil, .floor, .round, .trunc, .abs, .sign, .sqrt, .isNaN, .isInf, .isFinite:
            return try math(function, arguments.first, node)
        case .bitAnd, .bitOr, .bitXor, .bitNot, .bitShiftLeft, .bitShiftRight:
            return try bits(function, arguments, node)
        case .base64Encode, .base64Decode: return try base64(function, arguments.first, node)
        case .setsContains, .setsEquivalent, .setsIntersects: return try sets(function, arguments, node)
        case .slice, .flatten, .distinct, .sort, .range, .first, .last: return try lists(function, arguments, node)
        case .optionalOf, .optionalOfNonZero, .optionalNone, .hasValue, .value, .optionalUnwrap:
            return try optionals(function, arguments, node)
        }
    }

    private func size(_ value: CELValue) -> CELValue? {
        switch value {
        case .string(let text): .int(Int64(text.unicodeScalars.count))
        case .bytes(let bytes): .int(Int64(bytes.count))
        case .list(let elements): .int(Int64(elements.count))
        case .map(let map): .int(Int64(map.count))
        default: nil
        }
    }

    private mutating func texts(
        _ function: CELFunction,
        _ arguments: CELArguments,
        _ node: CELNode
    ) throws(CELFailure) -> CELValue? {
        guard case .string(let text) = arguments.first, case .string(let other) = arguments.second else { return nil }
        switch function {
        case .startsWith: return .bool(text.utf8.starts(with: other.utf8))
        case .endsWith: return .bool(text.utf8.reversed().starts(with: other.utf8.reversed()))
        case .contains:
            try charge(text.utf8.count / 16, node)
            return .bool(CELText.contains(text, other))
        default:
            try charge(other.utf8.count, node)
            guard let pattern = RegularExpression(re2: other) else {
                throw failure(.badArgument, "matches() got a pattern that is no regular expression", node)
            }
            return .bool(try isMatch(text, pattern, node))
        }
    }

    mutating func matches(_ value: CELValue, _ node: CELNode) throws(CELFailure) -> CELValue {
        guard case .string(let text) = context.resolved(value) else { throw refused("matches()", [value], node) }
        return .bool(try isMatch(text, code.patterns[Int(node.b)], node))
    }

    private mutating func isMatch(
        _ text: String,
        _ pattern: RegularExpression,
        _ node: CELNode
    ) throws(CELFailure) -> Bool {
        try charge(text.utf8.count * pattern.instructions.count / 64, node)
        return pattern.matchesPart(text)
    }

    /// What stands in for an optional without a value is evaluated only then.
    private mutating func alternative(_ function: CELFunction, _ node: CELNode) throws(CELFailure) -> CELValue {
        let first = try evaluate(code.arguments[Int(node.b)])
        guard case .optional(let inner) = first else { throw refused("\(function)()", [first], node) }
        if let inner { return function == .or ? first : inner }
        let second = try evaluate(code.arguments[Int(node.b) + 1])
        if function == .or, second.type != .optional { throw refused("or()", [first, second], node) }
        return second
    }

    private func optionals(
        _ function: CELFunction,
        _ arguments: CELArguments,
        _ node: CELNode
    ) throws(CELFailure) -> CELValue? {
        switch (function, arguments.first) {
        case (.optionalOf, let value): return .optional(value)
        case (.optionalOfNonZero, let value): return .optional(Self.isZero(value) ? nil : value)
        case (.optionalNone, _): return .optional(nil)
        case (.hasValue, .optional(let inner)): return .bool(inner != nil)
        case (.value, .optional(let inner)):
            if let inner { return inner }
            throw failure(.noValue, "the optional has no value; orValue() gives one", node)
        case (.optionalUnwrap, .list(let elements)):
            var values: [CELValue] = []
            for element in elements {
                guard case .optional(let inner) = element else { return nil }
                if let inner { values.append(inner) }
            }
            return .list(values)
        default: return nil
        }
    }

    private static func isZero(_ value: CELValue) -> Bool {
        switch value {
        case .null: true
        case .bool(let value): !value
        case .int(let value): value == 0
        case .uint(let value): value == 0
        case .double(let value): value == 0
        case .decimal: false
        case .string(let text): text.isEmpty
        case .bytes(let bytes): bytes.isEmpty
        case .list(let elements): elements.isEmpty
        case .map(let map): map.count == 0
        case .duration(let value): value.seconds == 0 && value.nanoseconds == 0
        case .timestamp(let value): value.seconds == 0 && value.nanoseconds == 0
        case .optional(let inner): inner == nil
        case .type, .view: false
        }
    }
}
