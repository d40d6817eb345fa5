import DashJSON

/// Resolves names and macros of an expression and writes its flat form; collects all that is wrong with it.
struct CELCompiler {
    /// A compiled part: its node, and its type where that is known before there are values.
    struct Part {
        var node: Int32
        var type: CELType?
    }

    let options: CELOptions
    let variables: [String]
    let scalars: [Unicode.Scalar]
    let slots: [String: Int]
    var errors: [CELError]
    var nodes: [CELNode] = []
    var constants: [CELValue] = []
    var arguments: [Int32] = []
    var loops: [CELLoop] = []
    /// Names of macros and `cel.bind` that can be seen here; of equal ones the last.
    var scope: [(name: String, place: Int32)] = []
    var localCount: Int32 = 0
    private var keys: [CELCode.Key] = []
    private var names: [String] = []
    private var text: [UInt8] = []
    private var patterns: [RegularExpression] = []
    private var failures: [CELFailure] = []

    static func compile(_ text: String, _ variables: [String], _ options: CELOptions) throws(CELErrors) -> CELCode {
        guard text.utf8.count <= CELParser.maxLength else {
            let message = "the expression is longer than \(CELParser.maxLength) bytes"
            throw CELErrors(errors: [CELError(message, at: 0, in: [])])
        }
        var parser = CELParser(text, keepsDigits: options.mixesNumbers)
        let tree = parser.parse()
        var compiler = CELCompiler(parser, variables, options)
        let root = compiler.part(tree)
        guard compiler.errors.isEmpty else {
            throw CELErrors(errors: compiler.errors.sorted { ($0.line, $0.column) < ($1.line, $1.column) })
        }
        return CELFolding.folded(compiler.code(root: root))
    }

    private init(_ parser: CELParser, _ variables: [String], _ options: CELOptions) {
        self.options = options
        self.variables = variables
        scalars = parser.scalars
        errors = parser.errors
        slots = Dictionary(variables.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    }

    private func code(root: Part) -> CELCode {
        CELCode(
            nodes: nodes,
            root: Int(root.node),
            constants: constants,
            keys: keys,
            names: names,
            text: text,
            arguments: arguments,
            loops: loops,
            patterns: patterns,
            failures: failures,
            variables: variables,
            localCount: Int(localCount),
            options: options,
            resultType: root.type
        )
    }

    // MARK: Parts

    mutating func part(_ tree: CELTree) -> Part {
        switch tree.form {
        case .literal(let value): return constant(value, tree.offset)
        case .name, .select: return reference(tree)
        case .index(let operand, let index, let isOptional):
            let operand = part(operand)
            let index = part(index)
            let operation: CELNode.Operation = isOptional ? .indexOptional : .index
            return add(.init(operation: operation, a: operand.node, b: index.node), tree, isOptional ? .optional : nil)
        case .call(let name, let target, let arguments, let isAbsolute):
            return call(name, target, arguments, isAbsolute, tree)
        case .not(let operand):
            let operand = part(operand)
            if let type = operand.type, type != .bool { refuse("'!'", [type], tree) }
            return add(.init(operation: .not, a: operand.node), tree, .bool)
        case .negate(let operand):
            let operand = part(operand)
            let allowed: [CELType] = [.int, .double, .duration]
            if let type = operand.type, !allowed.contains(type) { refuse("'-'", [type], tree) }
            return add(.init(operation: .negate, a: operand.node), tree, operand.type)
        case .binary(let symbol, let left, let right): return binary(symbol, left, right, tree)
        case .conditional(let condition, let first, let second):
            let condition = part(condition)
            if let type = condition.type, type != .bool { refuse("the condition before '?'", [type], tree) }
            let first = part(first)
            let second = part(second)
            let node = CELNode(operation: .conditional, a: condition.node, b: first.node, c: second.node)
            return add(node, tree, first.type == second.type ? first.type : nil)
        case .list(let elements):
            let parts = elements.map { element in
                let node = part(element.value).node
                return element.isOptional ? ~node : node
            }
            let first = add(arguments: parts)
            return add(.init(operation: .list, a: first, b: Int32(parts.count)), tree, .list)
        case .map(let entries): return map(entries, tree)
        case .invalid: return add(.init(operation: .fail), tree, nil)
        }
    }

    private mutating func map(_ entries: [CELTree.Entry], _ tree: CELTree) -> Part {
        var parts: [Int32] = []
        for entry in entries {
            let key = part(entry.key)
            let allowed: [CELType] = [.bool, .int, .uint, .string]
            if let type = key.type, !allowed.contains(type) {
                report("a map's key is a bool, int, uint or string; this is \(type.phrase)", entry.key)
            }
            parts.append(entry.isOptional ? ~key.node : key.node)
            parts.append(part(entry.value).node)
        }
        let first = add(arguments: parts)
        return add(.init(operation: .map, a: first, b: Int32(entries.count)), tree, .map)
    }

    // MARK: Writing

    mutating func add(_ node: CELNode, _ tree: CELTree, _ type: CELType?) -> Part {
        var node = node
        node.offset = Int32(truncatingIfNeeded: tree.offset)
        nodes.append(node)
        return Part(node: Int32(nodes.count - 1), type: type)
    }

    mutating func add(arguments parts: [Int32]) -> Int32 {
        arguments += parts
        return Int32(arguments.count - parts.count)
    }

    mutating func constant(_ value: CELValue, _ offset: Int) -> Part {
        constants.append(value)
        nodes.append(
            CELNode(operation: .constant, a: Int32(constants.count - 1), offset: Int32(truncatingIfNeeded: offset))
        )
        return Part(node: Int32(nodes.count - 1), type: value.type)
    }

    mutating func key(_ name: String) -> Int32 {
        let bytes = Array(name.utf8)
        let hash = bytes.withUnsafeBufferPointer { JSONKeyHash.hash($0) }
        keys.append(.init(start: text.count, length: bytes.count, hash: hash))
        names.append(name)
        text += bytes
        return Int32(keys.count - 1)
    }

    mutating func add(pattern: RegularExpression) -> Int32 {
        patterns.append(pattern)
        return Int32(patterns.count - 1)
    }

    mutating func report(_ message: String, _ tree: CELTree) {
        errors.append(CELError(message, at: tree.offset, in: scalars))
    }

    /// Reports an operation on types that it does not take.
    mutating func refuse(_ what: String, _ types: [CELType], _ tree: CELTree) {
        guard options.isChecked else { return }
        report("\(what) can't take \(types.map(\.phrase).joined(separator: " and "))\(Self.hint(types))", tree)
    }

    private static func hint(_ types: [CELType]) -> String {
        guard types.count == 2, types[0] != types[1] else { return "" }
        if types.allSatisfy(\.isNumber) {
            let to = types.contains(.double) ? "double" : "int"
            return "; turn one into the other's type: \(to)(…)"
        }
        return types.contains(.string) ? "; string(…) turns a value into a string" : ""
    }

    /// What is not known: an error of the expression, or of its evaluation when nothing is checked.
    mutating func unknown(_ reason: CELFailure.Reason, _ message: String, _ tree: CELTree) -> Part {
        guard options.isChecked else {
            failures.append(CELFailure(reason, message, at: Int32(truncatingIfNeeded: tree.offset)))
            return add(.init(operation: .fail, a: Int32(failures.count - 1)), tree, nil)
        }
        report(message, tree)
        return add(.init(operation: .fail), tree, nil)
    }
}
