extension CELCompiler {
    /// A name, or fields of something: the longest run of names that is a variable wins.
    mutating func reference(_ tree: CELTree) -> Part {
        guard let (names, isAbsolute) = tree.qualifiedName else {
            guard case .select(let operand, let field, let isOptional) = tree.form else { return part(tree) }
            let inner = part(operand)
            let operation: CELNode.Operation = isOptional ? .selectOptional : .select
            let node = CELNode(operation: operation, a: inner.node, b: key(field))
            return add(node, tree, isOptional ? .optional : nil)
        }
        if !isAbsolute, let local = local(names[0]) {
            return selecting(names.dropFirst(), from: add(.init(operation: .local, a: local), tree, nil), tree)
        }
        for count in (1...names.count).reversed() {
            let name = names[..<count].joined(separator: ".")
            for candidate in candidates(name, isAbsolute) {
                if let slot = slots[candidate] {
                    let variable = add(.init(operation: .variable, a: Int32(slot)), tree, nil)
                    return selecting(names[count...], from: variable, tree)
                }
                if let type = CELType(rawValue: candidate) {
                    return selecting(names[count...], from: constant(.type(type), tree.offset), tree)
                }
            }
        }
        return unknown(.noSuchVariable, unknownName(names[0]), root(of: tree))
    }

    /// A name with the container's names before it, the longest first.
    func candidates(_ name: String, _ isAbsolute: Bool) -> [String] {
        guard !isAbsolute, !options.container.isEmpty else { return [name] }
        let container = options.container.split(separator: ".").map(String.init)
        return (0...container.count).reversed().map { count in
            (container[..<count] + [name]).joined(separator: ".")
        }
    }

    func local(_ name: String) -> Int32? { scope.last { $0.name == name }?.place }

    private mutating func selecting(_ names: ArraySlice<String>, from start: Part, _ tree: CELTree) -> Part {
        var part = start
        for name in names { part = add(.init(operation: .select, a: part.node, b: key(name)), tree, nil) }
        return part
    }

    private func root(of tree: CELTree) -> CELTree {
        if case .select(let operand, _, _) = tree.form { root(of: operand) } else { tree }
    }

    private func unknownName(_ name: String) -> String {
        if CELFunction.signatures[name] != nil { return "'\(name)' is a function and needs brackets: \(name)(…)" }
        let known = variables + scope.map(\.name)
        let suggestion = CELSuggestion.text(for: name, among: known + ["true", "false", "null"])
        if suggestion.isEmpty, !known.isEmpty {
            return "there is no variable '\(name)'; known are \(known.sorted().joined(separator: ", "))"
        }
        return "there is no variable '\(name)'\(suggestion)"
    }
}
