import DashJSON
import DashStorage

/// Where two answers to one question differ, by value.
enum AnswerDifference {
    static func between(_ answer: DataResult, _ expected: DataResult) -> String? {
        guard answer.columns == expected.columns else { return "columns \(answer.columns), not \(expected.columns)" }
        guard answer.isTruncated == expected.isTruncated, answer.groups == expected.groups, answer.asOf == expected.asOf
        else {
            return "\(answer.isTruncated) \(answer.groups as Any) \(answer.asOf as Any), "
                + "not \(expected.isTruncated) \(expected.groups as Any) \(expected.asOf as Any)"
        }
        guard answer.rows.count == expected.rows.count else {
            return "\(answer.rows.count) rows, not \(expected.rows.count): \(text(answer)) instead of \(text(expected))"
        }
        for (row, other) in zip(answer.rows, expected.rows) {
            guard zip(row, other).allSatisfy({ isEqual($0, $1) }) else {
                let places = row.indices.filter { !isEqual(row[$0], other[$0]) }
                return places.map { "\($0): \(row[$0].text) instead of \(other[$0].text)" }.joined(separator: ", ")
            }
        }
        return nil
    }

    private static func order(_ left: JSONNumber, _ right: JSONNumber) -> Int {
        var (left, right) = (left.text, right.text)
        return left.withUTF8 { left in
            right.withUTF8 { JSONDecimal.compare(JSONDecimal(left), JSONDecimal($0)) }
        }
    }

    private static func text(_ result: DataResult) -> String {
        result.rows.prefix(12).map { JSONValue.array($0).text }.joined(separator: " ")
    }

    /// Whole numbers and texts are exact; what was added up or divided may differ in its last digit.
    private static func isEqual(_ left: JSONValue, _ right: JSONValue) -> Bool {
        switch (left, right) {
        case (.number(let left), .number(let right)):
            if Int64(left.text) != nil, Int64(right.text) != nil { return order(left, right) == 0 }
            if order(left, right) == 0 { return true }
            let (left, right) = (left.double, right.double)
            return abs(left - right) <= 1e-9 * max(abs(left), abs(right))
        case (.string(let left), .string(let right)): return left.utf8.elementsEqual(right.utf8)
        case (.array(let left), .array(let right)):
            return left.count == right.count && zip(left, right).allSatisfy { isEqual($0, $1) }
        case (.object(let left), .object(let right)):
            return left.members.count == right.members.count
                && left.members.allSatisfy { member in right[member.key].map { isEqual(member.value, $0) } ?? false }
        default: return left == right
        }
    }
}
