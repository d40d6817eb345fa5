/// Evaluates what has no variables when an expression is compiled: lists of constants, `timestamp("…")` and the like.
enum CELFolding {
    private static let maxSteps = 10_000

    static func folded(_ code: CELCode) -> CELCode {
        var nodes = code.nodes
        var constants = code.constants
        // Children are written before their parents.
        for (index, node) in code.nodes.enumerated() {
            guard children(of: node, code).map({ $0.allSatisfy { nodes[Int($0)].operation == .constant } }) ?? false
            else { continue }
            // What fails here fails when it is evaluated, with the same words.
            var steps = 0
            guard let value = try? code.evaluate(from: index, [], .empty, maxSteps: maxSteps, counting: &steps)
            else { continue }
            constants.append(value)
            nodes[index] = CELNode(operation: .constant, a: Int32(constants.count - 1), offset: node.offset)
        }
        return CELCode(
            nodes: nodes,
            root: code.root,
            constants: constants,
            keys: code.keys,
            names: code.names,
            text: code.text,
            arguments: code.arguments,
            loops: code.loops,
            patterns: code.patterns,
            failures: code.failures,
            variables: code.variables,
            localCount: code.localCount,
            options: code.options,
            resultType: code.resultType
        )
    }

    /// nil for what is never folded.
    private static func children(of node: CELNode, _ code: CELCode) -> [Int32]? {
        switch node.operation {
        case .constant, .variable, .local, .loop, .bind, .fail: nil
        case .not, .negate, .matches, .select, .selectOptional, .has: [node.a]
        case .conditional: [node.a, node.b, node.c]
        case .list: code.arguments[Int(node.a)..<Int(node.a + node.b)].map { $0 < 0 ? ~$0 : $0 }
        case .map: code.arguments[Int(node.a)..<Int(node.a + node.b * 2)].map { $0 < 0 ? ~$0 : $0 }
        case .call: Array(code.arguments[Int(node.b)..<Int(node.b + node.c)])
        default: [node.a, node.b]
        }
    }
}
