import DashJSON

/// Whether two values are equal: numbers across their types, lists and maps by their parts; different types never are.
enum CELEquality {
    /// Views must be resolved before, unless they are inside; those are never equal to anything.
    static func equal(_ left: CELValue, _ right: CELValue, _ context: CELContext) -> Bool {
        switch (left, right) {
        case (.null, .null): return true
        case (.bool(let left), .bool(let right)): return left == right
        case (.int, _), (.uint, _), (.double, _), (.decimal, _): return CELOrder.compareNumbers(left, right) == .equal
        case (.string(let left), .string(let right)): return equal(left, right)
        case (.bytes(let left), .bytes(let right)): return left == right
        case (.timestamp(let left), .timestamp(let right)): return left == right
        case (.duration(let left), .duration(let right)): return left == right
        case (.type(let left), .type(let right)): return left == right
        case (.optional(let left), .optional(let right)):
            guard let left, let right else { return left == nil && right == nil }
            return equal(left, right, context)
        case (.list(let left), .list(let right)):
            guard left.count == right.count else { return false }
            for (left, right) in zip(left, right) where !equal(left, right, context) { return false }
            return true
        case (.map(let left), .map(let right)):
            guard left.count == right.count else { return false }
            for entry in left.entries {
                guard let other = right[entry.key], equal(entry.value, other, context) else { return false }
            }
            return true
        case (.view(let view), .string(let text)), (.string(let text), .view(let view)):
            return view.kind == .string && context.isText(view, text)
        case (.view(let left), .view(let right)) where left.kind == .string && right.kind == .string:
            return context.bytes(of: left).elementsEqual(context.bytes(of: right))
        case (.view(let view), .list), (.view(let view), .map), (.view(let view), .view):
            guard view.kind != .string else { return false }
            return equal(context.resolved(left), right, context)
        case (.list, .view(let view)), (.map, .view(let view)):
            guard view.kind != .string else { return false }
            return equal(left, context.resolved(right), context)
        default: return false
        }
    }

    /// By code points, where Swift's own comparison would hold different spellings of a letter for one.
    @inline(__always)
    static func equal(_ left: String, _ right: String) -> Bool {
        left.utf8.count == right.utf8.count && left.utf8.elementsEqual(right.utf8)
    }

    static func equalKeys(_ left: CELValue, _ right: CELValue) -> Bool {
        switch (left, right) {
        case (.string(let left), .string(let right)): equal(left, right)
        case (.bool(let left), .bool(let right)): left == right
        case (.int, _), (.uint, _), (.double, _): CELOrder.compareNumbers(left, right) == .equal
        default: false
        }
    }
}
