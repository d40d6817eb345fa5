/// How two values stand to each other.
enum CELOrder {
    case less, equal, greater
    /// One of them is not a number.
    case unordered

    /// nil for values of types that have no order between them. Views of strings must be resolved.
    @inline(__always)
    static func compare(_ left: CELValue, _ right: CELValue) -> CELOrder? {
        switch (left, right) {
        case (.double(let left), .double(let right)): return of(left, right)
        case (.int(let left), .int(let right)): return order(left, right)
        case (.int, _), (.uint, _), (.double, _), (.decimal, _): return compareNumbers(left, right)
        case (.string(let left), .string(let right)):
            if CELEquality.equal(left, right) { return .equal }
            return left.utf8.lexicographicallyPrecedes(right.utf8) ? .less : .greater
        case (.bool(let left), .bool(let right)): return order(left ? 1 : 0, right ? 1 : 0)
        case (.bytes(let left), .bytes(let right)):
            if left == right { return .equal }
            return left.lexicographicallyPrecedes(right) ? .less : .greater
        case (.timestamp(let left), .timestamp(let right)): return order(left, right)
        case (.duration(let left), .duration(let right)): return order(left, right)
        default: return nil
        }
    }

    /// nil when one is no number.
    static func compareNumbers(_ left: CELValue, _ right: CELValue) -> CELOrder? {
        switch (left, right) {
        case (.int(let left), .int(let right)): order(left, right)
        case (.uint(let left), .uint(let right)): order(left, right)
        case (.double(let left), .double(let right)): of(left, right)
        case (.int(let left), .uint(let right)): left < 0 ? .less : order(UInt64(left), right)
        case (.uint(let left), .int(let right)): right < 0 ? .greater : order(left, UInt64(right))
        case (.int(let left), .double(let right)): whole(left, right)
        case (.uint(let left), .double(let right)): whole(left, right)
        case (.double(let left), .int(let right)): whole(right, left).reversed
        case (.double(let left), .uint(let right)): whole(right, left).reversed
        case (.decimal(let left), _): compare(left, right)
        case (_, .decimal(let right)): compare(right, left)?.reversed
        default: nil
        }
    }

    /// With all digits. nil when `right` is no number.
    @inline(never)
    private static func compare(_ left: CELDecimal, _ right: CELValue) -> CELOrder? {
        switch right {
        case .int(let right): left.compare(right)
        case .uint(let right): left.compare(right)
        case .double(let right): left.compare(right)
        case .decimal(let right): left.compare(right)
        default: nil
        }
    }

    @inline(__always)
    private static func order<Value: Comparable>(_ left: Value, _ right: Value) -> CELOrder {
        left < right ? .less : left == right ? .equal : .greater
    }

    @inline(__always)
    private static func of(_ left: Double, _ right: Double) -> CELOrder {
        left < right ? .less : left == right ? .equal : left > right ? .greater : .unordered
    }

    /// A whole number is turned into a double for it, as the standard has it: beyond 2^53 that may round.
    private static func whole(_ left: some FixedWidthInteger, _ right: Double) -> CELOrder { of(Double(left), right) }

    private var reversed: CELOrder {
        switch self {
        case .less: .greater
        case .greater: .less
        case .equal, .unordered: self
        }
    }
}
