extension CELCompiler {
    mutating func binary(_ symbol: CELOperator, _ left: CELTree, _ right: CELTree, _ tree: CELTree) -> Part {
        let left = part(left)
        let right = part(right)
        if let leftType = left.type, let rightType = right.type, !takes(symbol, leftType, rightType) {
            refuse("'\(symbol.rawValue)'", [leftType, rightType], tree)
        } else if symbol == .and || symbol == .or {
            for case let type? in [left.type, right.type] where type != .bool {
                refuse("'\(symbol.rawValue)'", [type], tree)
            }
        }
        let node = CELNode(operation: operation(symbol), a: left.node, b: right.node)
        return add(node, tree, result(symbol, left.type, right.type))
    }

    private func operation(_ symbol: CELOperator) -> CELNode.Operation {
        switch symbol {
        case .or: .or
        case .and: .and
        case .equal: .equal
        case .notEqual: .notEqual
        case .less: .less
        case .lessOrEqual: .lessOrEqual
        case .greater: .greater
        case .greaterOrEqual: .greaterOrEqual
        case .in: .contained
        case .add: .add
        case .subtract: .subtract
        case .multiply: .multiply
        case .divide: .divide
        case .remainder: .remainder
        }
    }

    private func takes(_ symbol: CELOperator, _ left: CELType, _ right: CELType) -> Bool {
        let sameNumber = left.isNumber && right.isNumber && (left == right || options.mixesNumbers)
        switch symbol {
        case .or, .and: return left == .bool && right == .bool
        case .equal, .notEqual: return true
        case .less, .lessOrEqual, .greater, .greaterOrEqual:
            let ordered: Set<CELType> = [.bool, .string, .bytes, .timestamp, .duration]
            return left.isNumber && right.isNumber || left == right && ordered.contains(left)
        case .in: return right == .list || right == .map
        case .add:
            let joined: Set<CELType> = [.string, .bytes, .list, .duration]
            return sameNumber || left == right && joined.contains(left)
                || left == .timestamp && right == .duration || left == .duration && right == .timestamp
        case .subtract:
            return sameNumber || right == .duration && (left == .duration || left == .timestamp)
                || left == .timestamp && right == .timestamp
        case .multiply, .divide: return sameNumber
        case .remainder: return sameNumber && (options.mixesNumbers || left != .double)
        }
    }

    private func result(_ symbol: CELOperator, _ left: CELType?, _ right: CELType?) -> CELType? {
        switch symbol {
        case .add, .subtract, .multiply, .divide, .remainder:
            guard let left, left == right else { return nil }
            return left == .timestamp ? .duration : left
        default: return .bool
        }
    }
}
