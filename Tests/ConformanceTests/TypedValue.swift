import DashJSON
import DashMapping
import Foundation
import Testing

/// Values as the cases write them, with their types: `{"int":"1"}`.
enum TypedValue {
    static func read(_ json: JSONValue) throws -> CELValue {
        let member = try #require(json.objectValue?.members.first)
        let text = member.value.stringValue ?? ""
        switch member.key {
        case "null": return .null
        case "bool": return .bool(member.value.boolValue ?? false)
        case "int": return .int(try #require(Int64(text)))
        case "uint": return .uint(try #require(UInt64(text)))
        case "double": return .double(try #require(Double(text) ?? member.value.doubleValue))
        case "string": return .string(text)
        case "bytes": return .bytes(Array(try #require(Data(base64Encoded: text))))
        case "list": return .list(try (member.value.arrayValue ?? []).map { try read($0) })
        case "map":
            let entries = try (member.value.arrayValue ?? []).map { pair in
                let parts = try #require(pair.arrayValue)
                return (key: try read(parts[0]), value: try read(parts[1]))
            }
            return .map(try #require(CELMap(entries)))
        case "type": return .type(try #require(CELType(rawValue: text)))
        default: throw CocoaError(.coderReadCorrupt)
        }
    }

    /// Equal in value and type.
    static func same(_ left: CELValue, _ right: CELValue) -> Bool {
        switch (left, right) {
        case (.null, .null): return true
        case (.bool(let left), .bool(let right)): return left == right
        case (.int(let left), .int(let right)): return left == right
        case (.uint(let left), .uint(let right)): return left == right
        case (.double(let left), .double(let right)):
            return left == right && left.sign == right.sign || left.isNaN && right.isNaN
        case (.string(let left), .string(let right)): return Array(left.utf8) == Array(right.utf8)
        case (.bytes(let left), .bytes(let right)): return left == right
        case (.type(let left), .type(let right)): return left == right
        case (.list(let left), .list(let right)):
            return left.count == right.count && zip(left, right).allSatisfy { same($0, $1) }
        case (.map(let left), .map(let right)):
            return left.count == right.count
                && left.entries.allSatisfy { entry in
                    right.entries.contains { same($0.key, entry.key) && same($0.value, entry.value) }
                }
        default: return false
        }
    }
}
