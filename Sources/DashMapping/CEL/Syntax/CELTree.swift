/// An expression's structure.
struct CELTree {
    indirect enum Form {
        case literal(CELValue)
        /// `isAbsolute`: with a point before it.
        case name(String, isAbsolute: Bool)
        case select(CELTree, field: String, isOptional: Bool)
        case index(CELTree, CELTree, isOptional: Bool)
        case call(name: String, target: CELTree?, arguments: [CELTree], isAbsolute: Bool)
        case not(CELTree)
        case negate(CELTree)
        case binary(CELOperator, CELTree, CELTree)
        case conditional(CELTree, CELTree, CELTree)
        case list([Element])
        case map([Entry])
        /// What could not be read; already reported.
        case invalid
    }

    /// `isOptional`: with a question mark before it.
    struct Element {
        var value: CELTree
        var isOptional: Bool
    }

    struct Entry {
        var key: CELTree
        var value: CELTree
        var isOptional: Bool
    }

    let form: Form
    /// Where messages point, in scalars from the start of the text.
    let offset: Int
    /// How many parts lie inside one another.
    let depth: Int

    init(form: Form, offset: Int) {
        self.form = form
        self.offset = offset
        depth = 1 + form.parts.reduce(0) { max($0, $1.depth) }
    }

    /// `a.b.c` as its names, nil for anything but names joined by points.
    var qualifiedName: (names: [String], isAbsolute: Bool)? {
        switch form {
        case .name(let name, let isAbsolute): return ([name], isAbsolute)
        case .select(let operand, let field, isOptional: false):
            guard let (names, isAbsolute) = operand.qualifiedName else { return nil }
            return (names + [field], isAbsolute)
        default: return nil
        }
    }

    /// The name when it is nothing but that.
    var simpleName: String? {
        if case .name(let name, isAbsolute: false) = form { name } else { nil }
    }
}

extension CELTree.Form {
    fileprivate var parts: [CELTree] {
        switch self {
        case .literal, .name, .invalid: []
        case .select(let operand, _, _): [operand]
        case .index(let operand, let index, _): [operand, index]
        case .call(_, let target, let arguments, _): (target.map { [$0] } ?? []) + arguments
        case .not(let operand), .negate(let operand): [operand]
        case .binary(_, let left, let right): [left, right]
        case .conditional(let condition, let first, let second): [condition, first, second]
        case .list(let elements): elements.map(\.value)
        case .map(let entries): entries.flatMap { [$0.key, $0.value] }
        }
    }
}
