import DashJSON
import Foundation
import GRDB

/// What data queries ask of a JSON text and SQLite has no answer to: values by any key, equality and order by value.
enum RecordFunctions {
    static let all: [DatabaseFunction] = [
        // The text at the steps, which are a JSON array of keys and places.
        DatabaseFunction("dash_json_at", argumentCount: 2, pure: true) { arguments in
            guard let record = document(arguments[0]), let steps = document(arguments[1]), var value = record.root,
                let path = steps.root
            else { return nil }
            for step in path.elements {
                let next = step.string.map { value[$0] } ?? step.int.map { value[$0] }
                guard let found = next ?? nil else { return nil }
                value = found
            }
            return String(decoding: value.rawBytes, as: UTF8.self)
        },
        // A value's canonical text.
        DatabaseFunction("dash_json_key", argumentCount: 1, pure: true) { arguments in
            document(arguments[0])?.root.map { String(decoding: JSONCanonicalText($0).bytes, as: UTF8.self) }
        },
        // A number: whole ones of 64 bits exactly, others as the nearest double.
        DatabaseFunction("dash_number", argumentCount: 1, pure: true) { arguments in
            guard var text = String.fromDatabaseValue(arguments[0]) else { return nil }
            let decimal = text.withUTF8 { JSONDecimal($0) }
            guard decimal.isWhole, decimal.digits.count + decimal.exponent < 20 else { return Double(text) }
            var digits: [UInt8] = []
            decimal.append(to: &digits)
            let whole = Int64(String(decoding: digits, as: UTF8.self))
            return whole.map(\.databaseValue) ?? Double(text)?.databaseValue
        },
        // Below zero, zero or above it, as the first number is less than the second one, equal or greater.
        DatabaseFunction("dash_number_order", argumentCount: 2, pure: true) { arguments in
            guard var left = String.fromDatabaseValue(arguments[0]), var right = String.fromDatabaseValue(arguments[1])
            else { return nil }
            if left == right { return 0 }
            return left.withUTF8 { left in
                right.withUTF8 { JSONDecimal.compare(JSONDecimal(left), JSONDecimal($0)) }
            }
        },
        // Whether an array has a value.
        DatabaseFunction("dash_json_has", argumentCount: 2, pure: true) { arguments in
            guard let array = document(arguments[0])?.root, let sought = document(arguments[1])?.root else {
                return nil
            }
            return array.elements.contains { $0.kind == sought.kind && JSONOrder.compare($0, sought) == 0 }
        },
    ]

    /// The one order of all JSON values, for columns that hold such as text.
    static let order = DatabaseCollation("dash_json") { left, right in
        guard let left = document(left)?.root, let right = document(right)?.root else { return .orderedSame }
        let order = JSONOrder.compare(left, right)
        return order < 0 ? .orderedAscending : order > 0 ? .orderedDescending : .orderedSame
    }

    private static func document(_ value: DatabaseValue) -> JSONDocument? {
        String.fromDatabaseValue(value).flatMap(document)
    }

    /// Records were checked before they were stored, so the limits are wide.
    private static func document(_ text: String) -> JSONDocument? {
        let limits = JSONLimits(
            maxBytes: .max,
            maxDepth: .max,
            maxExponent: .max,
            maxNodes: .max,
            allowsNullCharacter: true
        )
        return try? JSONDocument(parsing: Array(text.utf8), limits: limits)
    }
}
