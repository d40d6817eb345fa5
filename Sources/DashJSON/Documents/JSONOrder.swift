/// The one order of all JSON values: null, false, true, numbers, texts by code points, arrays, objects. Arrays and objects
/// among themselves go by their canonical text.
package enum JSONOrder {
    /// Less than zero when `left` comes first, zero when both are the same value.
    package static func compare(_ left: JSONView, _ right: JSONView) -> Int {
        let (leftRank, rightRank) = (rank(left), rank(right))
        guard leftRank == rightRank else { return leftRank < rightRank ? -1 : 1 }
        switch left.kind {
        case .null, .bool: return 0
        case .number:
            return left.rawBytes.withUnsafeBufferPointer { left in
                right.rawBytes.withUnsafeBufferPointer { JSONDecimal.compare(JSONDecimal(left), JSONDecimal($0)) }
            }
        // UTF-8 has the order of the code points.
        case .string: return compare((left.string ?? "").utf8, (right.string ?? "").utf8)
        case .array, .object: return compare(JSONCanonicalText(left).bytes, JSONCanonicalText(right).bytes)
        }
    }

    private static func compare(_ left: some Sequence<UInt8>, _ right: some Sequence<UInt8>) -> Int {
        if left.lexicographicallyPrecedes(right) { return -1 }
        return right.lexicographicallyPrecedes(left) ? 1 : 0
    }

    private static func rank(_ value: JSONView) -> Int {
        switch value.kind {
        case .null: 0
        case .bool: value.bool == true ? 2 : 1
        case .number: 3
        case .string: 4
        case .array: 5
        case .object: 6
        }
    }
}
