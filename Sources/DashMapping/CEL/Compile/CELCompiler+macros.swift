extension CELCompiler {
    /// Macros on a value, with how many arguments they take.
    static let methodMacros: [String: ClosedRange<Int>] = [
        "all": 2...3, "exists": 2...3, "exists_one": 2...3, "existsOne": 2...3, "map": 2...3, "filter": 2...2,
        "transformList": 3...4, "transformMap": 3...4, "transformMapEntry": 3...4, "optMap": 2...2,
        "optFlatMap": 2...2, "sortBy": 2...2,
    ]

    /// nil when the call is no macro.
    mutating func macro(_ name: String, _ target: CELTree?, _ arguments: [CELTree], _ tree: CELTree) -> Part? {
        guard let target else { return name == "has" ? has(arguments, tree) : nil }
        if name == "bind", target.simpleName == "cel", local("cel") == nil { return bind(arguments, tree) }
        guard let allowed = Self.methodMacros[name] else { return nil }
        guard allowed.contains(arguments.count) else {
            let bounds = allowed.count == 1 ? "\(allowed.lowerBound)" : "\(allowed.lowerBound) or \(allowed.upperBound)"
            report("\(name)() takes \(bounds) arguments, not \(arguments.count)", tree)
            return add(.init(operation: .fail), tree, nil)
        }
        switch name {
        case "all": return loop(.all, target, arguments, names: arguments.count - 1, tree)
        case "exists": return loop(.exists, target, arguments, names: arguments.count - 1, tree)
        case "exists_one", "existsOne": return loop(.existsOne, target, arguments, names: arguments.count - 1, tree)
        case "map": return loop(.list, target, arguments, names: 1, tree)
        case "filter": return loop(.list, target, [arguments[0], arguments[1], arguments[0]], names: 1, tree)
        case "transformList": return loop(.list, target, arguments, names: 2, tree)
        case "transformMap": return loop(.map, target, arguments, names: 2, tree)
        case "transformMapEntry": return loop(.mapEntry, target, arguments, names: 2, tree)
        case "optMap": return loop(.optionalMap, target, arguments, names: 1, tree)
        case "optFlatMap": return loop(.optionalFlatMap, target, arguments, names: 1, tree)
        default: return loop(.sortBy, target, arguments, names: 1, tree)
        }
    }

    private mutating func has(_ arguments: [CELTree], _ tree: CELTree) -> Part {
        guard arguments.count == 1, case .select(let operand, let field, isOptional: false) = arguments[0].form else {
            report("has() takes a field: has(record.name)", tree)
            return add(.init(operation: .fail), tree, .bool)
        }
        // A whole name may be a variable: then it is there.
        if let (names, isAbsolute) = arguments[0].qualifiedName, isAbsolute || local(names[0]) == nil {
            for candidate in candidates(names.joined(separator: "."), isAbsolute) where slots[candidate] != nil {
                return constant(.bool(true), tree.offset)
            }
        }
        let part = part(operand)
        return add(.init(operation: .has, a: part.node, b: key(field)), tree, .bool)
    }

    private mutating func bind(_ arguments: [CELTree], _ tree: CELTree) -> Part {
        guard arguments.count == 3, let name = arguments[0].simpleName else {
            report("cel.bind() takes a name, its value, and an expression with it: cel.bind(x, 1, x + x)", tree)
            return add(.init(operation: .fail), tree, nil)
        }
        let value = part(arguments[1])
        let place = declare(name)
        let body = part(arguments[2])
        scope.removeLast()
        return add(.init(operation: .bind, a: value.node, b: place, c: body.node), tree, body.type)
    }

    /// `arguments`: one or two names, then perhaps a demand, then what is made of each element.
    private mutating func loop(
        _ kind: CELLoop.Kind,
        _ target: CELTree,
        _ arguments: [CELTree],
        names: Int,
        _ tree: CELTree
    ) -> Part {
        let range = part(target)
        if let type = range.type {
            let isOptional = kind == .optionalMap || kind == .optionalFlatMap
            if isOptional ? type != .optional : type != .list && type != .map { refuse("this macro", [type], tree) }
        }
        var places: [Int32] = []
        var seen: Set<String> = []
        for argument in arguments[..<names] {
            guard let name = argument.simpleName, seen.insert(name).inserted else {
                let what = argument.simpleName == nil ? "a plain name" : "a name of its own"
                report("the variable of a macro is \(what): list.all(x, x > 0)", argument)
                places.append(declare(" "))
                continue
            }
            places.append(declare(name))
        }
        let rest = arguments[names...].map { part($0) }
        scope.removeLast(names)
        guard let body = rest.last else { return range }
        let isTest = kind == .all || kind == .exists || kind == .existsOne
        if let test = rest.count == 2 ? rest.first : isTest ? body : nil, let type = test.type, type != .bool {
            refuse("the condition of this macro", [type], tree)
        }
        loops.append(
            CELLoop(
                kind: kind,
                key: names == 2 ? places[0] : -1,
                value: places[names - 1],
                filter: rest.count == 2 ? rest[0].node : -1,
                body: body.node
            )
        )
        return add(.init(operation: .loop, a: range.node, b: Int32(loops.count - 1)), tree, Self.result(of: kind))
    }

    private static func result(of kind: CELLoop.Kind) -> CELType {
        switch kind {
        case .all, .exists, .existsOne: .bool
        case .list, .sortBy: .list
        case .map, .mapEntry: .map
        case .optionalMap, .optionalFlatMap: .optional
        }
    }

    private mutating func declare(_ name: String) -> Int32 {
        scope.append((name, localCount))
        localCount += 1
        return localCount - 1
    }
}
