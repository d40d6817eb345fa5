import DashJSON
import DashModel

/// One column of a data query's answer: how it is computed and how its cells are read.
struct OutputColumn: Sendable {
    enum Kind: Sendable {
        case time, number
        /// JSON text in the row.
        case json
        /// The number that a roll-up holds for a value, which is JSON as well.
        case rolled

        func value(_ row: SQLRow, _ index: Int) throws -> JSONValue {
            if row.isNull(index) { return .null }
            switch self {
            case .time: return row.timestamp(index).map { .string($0.text) } ?? .null
            case .number, .rolled: return Self.number(row, index)
            case .json: return try JSONValue(parsing: row.bytes(index) ?? [], limits: .rfc8259)
            }
        }

        /// Whole numbers keep their digits; what is no number or beyond a double's range can't be said.
        private static func number(_ row: SQLRow, _ index: Int) -> JSONValue {
            if case .integer(let whole) = row.cells[index] { return .number(JSONNumber(whole)) }
            return row.double(index).map { JSONValue(finite: $0) } ?? .null
        }

        /// What all cells are, if they agree.
        func type(of cells: some Sequence<JSONValue>) -> String {
            switch self {
            case .time: return "time"
            case .number: return "number"
            case .json, .rolled:
                let types = Set(cells.filter { !$0.isNull }.map(Self.name))
                return types.count == 1 ? types.first ?? "json" : "json"
            }
        }

        private static func name(of value: JSONValue) -> String {
            switch value {
            case .number: "number"
            case .string: "string"
            case .bool: "boolean"
            case .null, .array, .object: "json"
            }
        }
    }

    let name: String
    let expression: SQLStatement
    let kind: Kind
    let role: DataResult.Role
    var isFirstField = false
}
