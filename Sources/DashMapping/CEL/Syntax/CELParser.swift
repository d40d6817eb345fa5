/// Reads an expression by the standard's grammar and goes on behind a fault, so that all of them are found.
struct CELParser {
    let scalars: [Unicode.Scalar]
    let tokens: [CELToken]
    var position = 0
    var errors: [CELError]
    /// Where the last fault was reported: one place is reported once.
    var lastFault = -1
    var nesting = 0
    /// Whether a number that no double holds keeps its digits, as those of records do.
    let keepsDigits: Bool

    static let maxNesting = 150
    /// Chains nest in the tree, too; all that walks along it goes no deeper than this.
    static let maxDepth = 400
    static let maxLength = 100_000

    static let reserved: Set<String> = [
        "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package",
        "namespace", "return", "var", "void", "while",
    ]

    init(_ text: String, keepsDigits: Bool = false) {
        self.keepsDigits = keepsDigits
        var lexer = CELLexer(text)
        lexer.run()
        scalars = lexer.scalars
        tokens = lexer.tokens
        errors = lexer.errors
    }

    mutating func parse() -> CELTree {
        guard tokens.count > 1 else {
            report("the expression is empty")
            return CELTree(form: .invalid, offset: 0)
        }
        let tree = expression()
        if token.form != .end {
            let words = ["and": "&&", "or": "||", "not": "!", "AND": "&&", "OR": "||", "is": "=="]
            if case .name(let name) = token.form, let symbol = words[name] {
                report("'\(name)' is no operator; write '\(symbol)'")
            } else if case .symbol(let symbol) = token.form, [")", "]", "}"].contains(symbol) {
                report("'\(symbol)' closes nothing")
            } else {
                report("an operator is missing before \(token.phrase)")
            }
        }
        return tree
    }

    // MARK: Tokens

    var token: CELToken { tokens[min(position, tokens.count - 1)] }

    func isSymbol(_ symbol: String) -> Bool { token.form == .symbol(symbol) }

    mutating func take(_ symbol: String) -> Bool {
        guard isSymbol(symbol) else { return false }
        position += 1
        return true
    }

    mutating func report(_ message: String) {
        guard token.offset != lastFault else { return }
        lastFault = token.offset
        errors.append(CELError(message, at: token.offset, in: scalars))
    }

    /// The closing bracket; when it is missing goes on behind the next one of this level.
    mutating func close(_ symbol: String, openedAt opening: Int) {
        if take(symbol) { return }
        let place = CELError("", at: opening, in: scalars)
        report("'\(symbol)' is missing for the bracket at line \(place.line), column \(place.column)")
        var depth = 0
        while token.form != .end {
            if case .symbol(let next) = token.form {
                if ["(", "[", "{"].contains(next) { depth += 1 }
                if [")", "]", "}"].contains(next) {
                    if depth == 0 {
                        if next == symbol { position += 1 }
                        return
                    }
                    depth -= 1
                }
            }
            position += 1
        }
    }

    // MARK: Operators

    mutating func expression() -> CELTree {
        nesting += 1
        defer { nesting -= 1 }
        guard nesting <= Self.maxNesting else { return tooDeep() }
        let condition = binary(above: 0)
        let offset = token.offset
        guard take("?") else { return condition }
        let first = binary(above: 0)
        if !take(":") { report("':' is missing in the conditional: condition ? value : other") }
        return bounded(CELTree(form: .conditional(condition, first, expression()), offset: offset))
    }

    /// The tree unless it is too deep.
    mutating func bounded(_ tree: CELTree) -> CELTree { tree.depth <= Self.maxDepth ? tree : tooDeep() }

    private mutating func tooDeep() -> CELTree {
        report("the expression is nested too deeply here; make it simpler")
        position = tokens.count - 1
        return CELTree(form: .invalid, offset: token.offset)
    }

    private mutating func binary(above precedence: Int) -> CELTree {
        var left = unary()
        var chain = 0
        while let symbol = operatorHere, symbol.precedence > precedence {
            let offset = token.offset
            position += 1
            if symbol == .and || symbol == .or {
                left = logical(symbol, first: left)
                continue
            }
            chain += 1
            guard chain <= Self.maxNesting else {
                report("more than \(Self.maxNesting) operators in a row are not allowed; use brackets")
                position = tokens.count - 1
                return left
            }
            let right = binary(above: symbol.precedence)
            left = bounded(CELTree(form: .binary(symbol, left, right), offset: offset))
        }
        return left
    }

    /// A chain of the same operator, as a balanced tree: long chains must not nest deeply.
    private mutating func logical(_ symbol: CELOperator, first: CELTree) -> CELTree {
        var parts = [first]
        var offsets: [Int] = [tokens[position - 1].offset]
        parts.append(binary(above: symbol.precedence))
        while operatorHere == symbol {
            offsets.append(token.offset)
            position += 1
            parts.append(binary(above: symbol.precedence))
        }
        func joined(_ range: Range<Int>) -> CELTree {
            if range.count == 1 { return parts[range.lowerBound] }
            let middle = range.lowerBound + range.count / 2
            let left = joined(range.lowerBound..<middle)
            let right = joined(middle..<range.upperBound)
            return CELTree(form: .binary(symbol, left, right), offset: offsets[middle - 1])
        }
        return bounded(joined(0..<parts.count))
    }

    var operatorHere: CELOperator? {
        switch token.form {
        case .symbol(let symbol): CELOperator(rawValue: symbol)
        case .name("in"): .in
        default: nil
        }
    }

    private mutating func unary() -> CELTree {
        let offset = token.offset
        var count = 0
        if isSymbol("!") {
            while take("!") { count += 1 }
            let operand = member()
            return count % 2 == 1
                ? CELTree(form: .not(operand), offset: offset)
                : CELTree(form: .not(CELTree(form: .not(operand), offset: offset)), offset: offset)
        }
        while isSymbol("-"), !isNegativeNumber {
            position += 1
            count += 1
        }
        let operand = member()
        guard count > 0 else { return operand }
        let negated = CELTree(form: .negate(operand), offset: offset)
        return count % 2 == 1 ? negated : operand
    }

    /// A minus right before a number belongs to it.
    var isNegativeNumber: Bool {
        guard isSymbol("-"), position + 1 < tokens.count else { return false }
        switch tokens[position + 1].form {
        case .int, .double: return true
        default: return false
        }
    }
}
