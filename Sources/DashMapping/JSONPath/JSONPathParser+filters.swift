import DashJSON

extension JSONPathParser {
    /// `a || b && !c`
    mutating func logic() throws(JSONPathError) -> JSONPathLogic {
        try enter()
        defer { nesting -= 1 }
        var alternatives = [try conjunction()]
        skipBlanks()
        while take("||") {
            skipBlanks()
            alternatives.append(try conjunction())
            skipBlanks()
        }
        return alternatives.count == 1 ? alternatives[0] : .any(alternatives)
    }

    private mutating func conjunction() throws(JSONPathError) -> JSONPathLogic {
        var parts = [try basic()]
        skipBlanks()
        while take("&&") {
            skipBlanks()
            parts.append(try basic())
            skipBlanks()
        }
        return parts.count == 1 ? parts[0] : .all(parts)
    }

    private mutating func basic() throws(JSONPathError) -> JSONPathLogic {
        if take("!") {
            skipBlanks()
            if take("(") { return .not(try parenthesised()) }
            return .not(try test(try term()))
        }
        if take("(") { return try parenthesised() }
        let start = offset
        let left = try term()
        let behind = offset
        skipBlanks()
        guard let comparison = comparison() else {
            offset = behind
            return try test(left)
        }
        let leftOperand = try comparable(left, at: start)
        skipBlanks()
        let rightStart = offset
        let right = try comparable(try term(), at: rightStart)
        return .comparison(leftOperand, comparison, right)
    }

    private mutating func parenthesised() throws(JSONPathError) -> JSONPathLogic {
        skipBlanks()
        let inner = try logic()
        skipBlanks()
        guard take(")") else { throw fail(") is expected here") }
        return inner
    }

    private mutating func comparison() -> JSONPathComparison? {
        if take("==") { return .equal }
        if take("!=") { return .notEqual }
        if take("<=") { return .lessOrEqual }
        if take(">=") { return .greaterOrEqual }
        if take("<") { return .less }
        if take(">") { return .greater }
        return nil
    }

    /// What may stand in a filter before it is known whether it is compared or tested.
    private enum Term {
        case literal(JSONValue)
        case reference(JSONPathReference)
        /// A function with a value as its result.
        case value(JSONPathOperand)
        /// A function whose result is true or false.
        case logic(JSONPathLogic)
    }

    private mutating func term() throws(JSONPathError) -> Term {
        guard let next = peek else { throw fail("a path, a literal or a function is expected here") }
        switch next {
        case UInt8(ascii: "@"), UInt8(ascii: "$"):
            let isRelative = bytes[offset] == UInt8(ascii: "@")
            offset += 1
            return .reference(JSONPathReference(isRelative: isRelative, query: JSONPathQuery(segments: try segments())))
        case UInt8(ascii: "'"), UInt8(ascii: "\""):
            return .literal(.string(try quoted()))
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            return .literal(.number(try number()))
        case UInt8(ascii: "a")...UInt8(ascii: "z"):
            return try word()
        default:
            throw fail("a path, a literal or a function is expected here")
        }
    }

    private mutating func number() throws(JSONPathError) -> JSONNumber {
        let start = offset
        while let byte = peek, byte &- 0x30 < 10 || "+-.eE".utf8.contains(byte) { offset += 1 }
        let text = String(decoding: bytes[start..<offset], as: UTF8.self)
        guard let number = JSONNumber(text: text) else { throw fail("this is not a number", at: start) }
        return number
    }

    /// `true`, `false`, `null` or a function call.
    private mutating func word() throws(JSONPathError) -> Term {
        let start = offset
        while let byte = peek, byte == UInt8(ascii: "_") || byte &- 0x30 < 10 || byte &- UInt8(ascii: "a") < 26 {
            offset += 1
        }
        let name = String(decoding: bytes[start..<offset], as: UTF8.self)
        guard take("(") else {
            switch name {
            case "true": return .literal(true)
            case "false": return .literal(false)
            case "null": return .literal(nil)
            default: throw fail("unknown word", at: start)
            }
        }
        try enter()
        defer { nesting -= 1 }
        var arguments: [Term] = []
        skipBlanks()
        if !take(")") {
            repeat {
                skipBlanks()
                arguments.append(try term())
                skipBlanks()
            } while take(",")
            guard take(")") else { throw fail("a comma or ) is expected here") }
        }
        return try call(name, arguments, at: start)
    }

    private func call(_ name: String, _ arguments: [Term], at start: Int) throws(JSONPathError) -> Term {
        func count(_ expected: Int) throws(JSONPathError) {
            guard arguments.count == expected else {
                throw fail("\(name)() takes \(expected == 1 ? "one argument" : "two arguments")", at: start)
            }
        }
        func reference() throws(JSONPathError) -> JSONPathReference {
            guard case .reference(let reference) = arguments[0] else {
                throw fail("\(name)() takes a path", at: start)
            }
            return reference
        }
        switch name {
        case "length":
            try count(1)
            return .value(.length(try comparable(arguments[0], at: start)))
        case "count":
            try count(1)
            return .value(.count(try reference()))
        case "value":
            try count(1)
            return .value(.value(try reference()))
        case "match", "search":
            try count(2)
            let text = try comparable(arguments[0], at: start)
            let pattern = try comparable(arguments[1], at: start)
            return .logic(.pattern(text, compiled(pattern), whole: name == "match"))
        default:
            throw fail("there is no function \(name)()", at: start)
        }
    }

    private func compiled(_ pattern: JSONPathOperand) -> JSONPathOperand {
        guard case .literal(.string(let text)) = pattern else { return pattern }
        return .compiledPattern(RegularExpression(text))
    }

    private func comparable(_ term: Term, at start: Int) throws(JSONPathError) -> JSONPathOperand {
        switch term {
        case .literal(let value): return .literal(value)
        case .value(let operand): return operand
        case .reference(let reference):
            guard reference.query.isSingular else { throw fail("only a path to one value can be compared", at: start) }
            return .singular(reference)
        case .logic: throw fail("a condition can't be compared", at: start)
        }
    }

    private func test(_ term: Term) throws(JSONPathError) -> JSONPathLogic {
        switch term {
        case .reference(let reference): return .exists(reference)
        case .logic(let logic): return logic
        case .literal, .value: throw fail("a comparison is expected here")
        }
    }
}
