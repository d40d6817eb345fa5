public import DashJSON

/// When two JSON values mean the same: 1 equals 1.0, and the order of keys does not matter.
public enum JSONEquality {
    public static func equal(_ left: JSONValue, _ right: JSONValue) -> Bool {
        switch (left, right) {
        case (.number(let left), .number(let right)): return equal(left, right)
        case (.string(let left), .string(let right)): return left.utf8.elementsEqual(right.utf8)
        case (.array(let left), .array(let right)):
            return left.count == right.count && zip(left, right).allSatisfy { equal($0, $1) }
        case (.object(let left), .object(let right)):
            guard left.members.count == right.members.count else { return false }
            let byKey = Dictionary(right.members.map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
            return left.members.allSatisfy { member in byKey[member.key].map { equal(member.value, $0) } ?? false }
        default: return left == right
        }
    }

    static func equal(_ left: JSONNumber, _ right: JSONNumber) -> Bool {
        if left.text == right.text { return true }
        return compare(left, right) == 0
    }

    static func isLess(_ left: JSONNumber, _ right: JSONNumber) -> Bool {
        if let left = Int(left.text), let right = Int(right.text) { return left < right }
        return compare(left, right) < 0
    }

    /// With all their digits: a double has too few for ids of 64 bits and long decimals.
    private static func compare(_ left: JSONNumber, _ right: JSONNumber) -> Int {
        var (left, right) = (left.text, right.text)
        return left.withUTF8 { left in
            right.withUTF8 { JSONDecimal.compare(JSONDecimal(left), JSONDecimal($0)) }
        }
    }

    /// By Unicode scalar values, as RFC 9535 orders strings.
    static func isLess(_ left: String, _ right: String) -> Bool {
        left.unicodeScalars.lexicographicallyPrecedes(right.unicodeScalars)
    }
}
