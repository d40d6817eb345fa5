extension CELCompiler {
    mutating func call(
        _ name: String,
        _ target: CELTree?,
        _ arguments: [CELTree],
        _ isAbsolute: Bool,
        _ tree: CELTree
    ) -> Part {
        if options.expandsMacros, let part = macro(name, target, arguments, tree) { return part }
        guard let target else {
            guard let signature = CELFunction.signatures[name] else {
                return unknownCall(.noSuchFunction, unknownFunction(name), arguments, tree)
            }
            return call(name, signature, arguments, tree)
        }
        if let (names, isAbsolute) = target.qualifiedName, isAbsolute || local(names[0]) == nil {
            let qualified = (names + [name]).joined(separator: ".")
            for candidate in candidates(qualified, isAbsolute) {
                if let signature = CELFunction.signatures[candidate] {
                    return call(qualified, signature, arguments, tree)
                }
            }
            if Self.namespaces.contains(names[0]), slots[names[0]] == nil {
                let known = CELFunction.signatures.keys.filter { $0.hasPrefix(names[0] + ".") }
                let suggestion = CELSuggestion.text(for: qualified, among: known)
                let message = "there is no function '\(qualified)'\(suggestion)"
                return unknownCall(.noSuchFunction, message, arguments, tree)
            }
        }
        guard let signature = CELFunction.signatures["." + name] else {
            return unknownCall(.noSuchFunction, unknownMethod(name), [target] + arguments, tree)
        }
        return call(name, signature, [target] + arguments, tree)
    }

    private static let namespaces: Set<String> = ["math", "strings", "base64", "sets", "lists", "optional", "cel"]

    private mutating func call(
        _ name: String,
        _ signature: CELFunction.Signature,
        _ arguments: [CELTree],
        _ tree: CELTree
    ) -> Part {
        let isMethod = CELFunction.signatures[name]?.function != signature.function
        guard signature.arguments.contains(arguments.count) else {
            let hidden = isMethod ? 1 : 0
            let most = signature.arguments.upperBound - hidden
            let least = signature.arguments.lowerBound - hidden
            let takes = least == most ? "\(most)" : "\(least) to \(most)"
            let message = "\(name)() takes \(takes) argument\(most == 1 ? "" : "s"), not \(arguments.count - hidden)"
            return unknownCall(.noSuchOverload, message, arguments, tree)
        }
        if signature.function == .matches, let part = matches(arguments, tree) { return part }
        let parts = arguments.map { part($0) }
        if signature.function == .dyn { return Part(node: parts[0].node, type: nil) }
        let first = add(arguments: parts.map(\.node))
        let node = CELNode(operation: .call, a: signature.function.rawValue, b: first, c: Int32(parts.count))
        return add(node, tree, signature.result)
    }

    /// A pattern that stands in the expression is compiled once, and checked at once.
    private mutating func matches(_ arguments: [CELTree], _ tree: CELTree) -> Part? {
        guard case .literal(.string(let pattern)) = arguments[1].form else { return nil }
        guard let expression = RegularExpression(re2: pattern) else {
            let operand = arguments[0]
            guard options.isChecked else { return nil }
            report("this is no regular expression (RE2 syntax)", arguments[1])
            return part(operand)
        }
        let text = part(arguments[0])
        if let type = text.type, type != .string { refuse("matches()", [type], tree) }
        return add(.init(operation: .matches, a: text.node, b: add(pattern: expression)), tree, .bool)
    }

    private mutating func unknownCall(
        _ reason: CELFailure.Reason,
        _ message: String,
        _ arguments: [CELTree],
        _ tree: CELTree
    ) -> Part {
        // The arguments may be wrong as well, and all is reported at once.
        if options.isChecked { for argument in arguments { _ = part(argument) } }
        return unknown(reason, message, tree)
    }

    private func unknownFunction(_ name: String) -> String {
        if CELFunction.signatures["." + name] != nil {
            return "'\(name)' is called on a value: value.\(name)(…)"
        }
        if Self.methodMacros[name] != nil { return "'\(name)' is called on a list or map: list.\(name)(…)" }
        let names = CELFunction.signatures.keys.filter { !$0.hasPrefix(".") } + ["has"]
        return "there is no function '\(name)'\(CELSuggestion.text(for: name, among: names))"
    }

    private func unknownMethod(_ name: String) -> String {
        if CELFunction.signatures[name] != nil { return "'\(name)' is called with the value in brackets: \(name)(…)" }
        let familiar = [
            "length": "size", "count": "size", "len": "size", "toLowerCase": "lowerAscii", "lower": "lowerAscii",
            "toUpperCase": "upperAscii", "upper": "upperAscii", "includes": "contains", "any": "exists",
            "some": "exists", "every": "all", "substr": "substring", "concat": "+",
        ]
        if let known = familiar[name] { return "there is no function '\(name)'; here it is '\(known)'" }
        let names =
            CELFunction.signatures.keys.filter { $0.hasPrefix(".") }.map { String($0.dropFirst()) }
            + Self.methodMacros.keys
        return "there is no function '\(name)' on a value\(CELSuggestion.text(for: name, among: names))"
    }
}
