import DashJSON

extension CELParser {
    /// A primary with the selections, indices and calls behind it.
    mutating func member() -> CELTree {
        var tree = primary()
        var chain = 0
        while true {
            let offset = token.offset
            if take(".") {
                let isOptional = take("?")
                guard let (name, isQuoted) = selector() else { return tree }
                if !isOptional, !isQuoted, isSymbol("(") {
                    let arguments = arguments()
                    tree = CELTree(
                        form: .call(name: name, target: tree, arguments: arguments, isAbsolute: false),
                        offset: offset + 1
                    )
                } else {
                    tree = CELTree(form: .select(tree, field: name, isOptional: isOptional), offset: offset)
                }
            } else if take("[") {
                let isOptional = take("?")
                let index = expression()
                close("]", openedAt: offset)
                tree = CELTree(form: .index(tree, index, isOptional: isOptional), offset: offset)
            } else if isSymbol("{"), tree.qualifiedName != nil {
                report("messages can't be made here; a map is written {\"key\": value}")
                position += 1
                while token.form != .end, !take("}") { position += 1 }
                return CELTree(form: .invalid, offset: offset)
            } else {
                return tree
            }
            tree = bounded(tree)
            chain += 1
            guard chain <= Self.maxNesting else {
                report("more than \(Self.maxNesting) fields and calls in a row are not allowed")
                position = tokens.count - 1
                return tree
            }
        }
    }

    private mutating func selector() -> (name: String, isQuoted: Bool)? {
        switch token.form {
        case .name(let name) where !["true", "false", "null", "in"].contains(name):
            position += 1
            return (name, false)
        case .quotedName(let name):
            position += 1
            return (name, true)
        case .name(let name):
            report("'\(name)' can't be a field after a point; write [\"\(name)\"]")
            position += 1
            return (name, false)
        default:
            report("a field's name is missing after the point")
            return nil
        }
    }

    private mutating func primary() -> CELTree {
        let start = token
        switch start.form {
        case .int(let value):
            position += 1
            if value > UInt64(Int64.max) {
                errors.append(CELError("the number is too large for an int", at: start.offset, in: scalars))
            }
            return literal(.int(Int64(clamping: value)), start)
        case .uint(let value):
            position += 1
            return literal(.uint(value), start)
        case .double(let value, let digits):
            position += 1
            return literal(real(value, digits), start)
        case .string(let value):
            position += 1
            return literal(.string(value), start)
        case .bytes(let value):
            position += 1
            return literal(.bytes(value), start)
        case .name: return name(isAbsolute: false)
        case .symbol("."):
            position += 1
            guard case .name = token.form else {
                report("a name is missing after the point")
                return CELTree(form: .invalid, offset: start.offset)
            }
            return name(isAbsolute: true)
        case .symbol("-") where isNegativeNumber: return negativeNumber()
        case .symbol("("):
            position += 1
            let inner = expression()
            close(")", openedAt: start.offset)
            return inner
        case .symbol("["): return list()
        case .symbol("{"): return map()
        case .symbol(let symbol) where [")", "]", "}", ",", ":", "?"].contains(symbol):
            report("a value is missing before '\(symbol)'")
        case .symbol(let symbol):
            report("a value is missing before '\(symbol)'")
            while operatorHere != nil || isSymbol("!"), !isNegativeNumber { position += 1 }
            if operatorHere == nil || isNegativeNumber { return member() }
        case .quotedName(let name):
            report("a name in back quotes stands behind a point: record.`\(name)`")
            position += 1
        case .end: report("a value is missing at the end")
        }
        return CELTree(form: .invalid, offset: start.offset)
    }

    private func literal(_ value: CELValue, _ token: CELToken) -> CELTree {
        CELTree(form: .literal(value), offset: token.offset)
    }

    /// Numbers that can't be stored, and those JSON spells otherwise, are doubles as in the standard.
    private func real(_ value: Double, _ digits: String) -> CELValue {
        guard keepsDigits else { return .double(value) }
        var digits = digits
        return digits.withUTF8 { text in
            JSONNumberScanner.isInteger(text) == false && DecimalText.short(text) == nil ? .long(text) : .double(value)
        }
    }

    private mutating func negativeNumber() -> CELTree {
        let start = token
        let number = tokens[position + 1].form
        position += 2
        switch number {
        case .int(let value): return literal(.int(Int64(truncatingIfNeeded: 0 &- value)), start)
        case .double(let value, let digits): return literal(real(-value, "-" + digits), start)
        default: return CELTree(form: .invalid, offset: start.offset)
        }
    }

    private mutating func name(isAbsolute: Bool) -> CELTree {
        let start = token
        guard case .name(let name) = start.form else { return CELTree(form: .invalid, offset: start.offset) }
        switch name {
        case "true", "false", "null":
            position += 1
            return literal(name == "null" ? .null : .bool(name == "true"), start)
        case "in":
            report("a value is missing before 'in'")
            position += 1
            return CELTree(form: .invalid, offset: start.offset)
        case "not":
            if position + 1 < tokens.count, case .name = tokens[position + 1].form {
                report("'not' is no operator; write '!'")
                while token.form == .name("not") { position += 1 }
                return member()
            }
        case _ where Self.reserved.contains(name): report("'\(name)' is reserved and can't be a name")
        default: break
        }
        position += 1
        guard isSymbol("(") else { return CELTree(form: .name(name, isAbsolute: isAbsolute), offset: start.offset) }
        let arguments = arguments()
        return CELTree(
            form: .call(name: name, target: nil, arguments: arguments, isAbsolute: isAbsolute),
            offset: start.offset
        )
    }

    private mutating func arguments() -> [CELTree] {
        let opening = token.offset
        position += 1
        var arguments: [CELTree] = []
        if take(")") { return [] }
        repeat { arguments.append(expression()) } while take(",")
        close(")", openedAt: opening)
        return arguments
    }

    private mutating func list() -> CELTree {
        let start = token.offset
        position += 1
        var elements: [CELTree.Element] = []
        while !isSymbol("]") {
            let isOptional = take("?")
            elements.append(.init(value: expression(), isOptional: isOptional))
            if !take(",") { break }
        }
        close("]", openedAt: start)
        return bounded(CELTree(form: .list(elements), offset: start))
    }

    private mutating func map() -> CELTree {
        let start = token.offset
        position += 1
        var entries: [CELTree.Entry] = []
        while !isSymbol("}") {
            let isOptional = take("?")
            let key = expression()
            if !take(":") { report("':' is missing between a key and its value") }
            entries.append(.init(key: key, value: expression(), isOptional: isOptional))
            if !take(",") { break }
        }
        close("}", openedAt: start)
        return bounded(CELTree(form: .map(entries), offset: start))
    }
}
