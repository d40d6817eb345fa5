import DashJSON
import DashModel
import FoundationEssentials

/// A resource's values as the database holds them, and back.
struct RowCodec: Sendable {
    let sealer: any ConfigSealer
    let dialect: any Dialect

    /// Throws the reason why the value doesn't fit the column, for the issue at its pointer.
    func encode(_ value: JSONValue, _ column: Column) throws -> SQLValue {
        if value.isNull {
            guard column.isNullable else { throw Misfit("is required") }
            return .null
        }
        if column.isSealed { return dialect.sealed(try sealer.seal(value.encoded())) }
        return try Self.plain(value, column.type)
    }

    func decode(_ row: SQLRow, _ index: Int, _ column: Column) throws -> JSONValue {
        if row.isNull(index) { return .null }
        if column.isSealed {
            return try JSONValue(parsing: try sealer.open(dialect.sealedText(row, index) ?? ""), limits: .rfc8259)
        }
        switch column.type {
        case .uuid: return row.uuid(index).map { .string($0.text) } ?? .null
        case .timestamp: return row.timestamp(index).map { .string($0.text) } ?? .null
        case .integer: return row.int(index).map { .number(JSONNumber($0)) } ?? .null
        case .decimal: return row.double(index).map { JSONValue(finite: $0) } ?? .null
        case .boolean: return row.bool(index).map(JSONValue.bool) ?? .null
        case .json: return try JSONValue(parsing: row.bytes(index) ?? [], limits: .rfc8259)
        case .string, .text, .enumeration, .bytes: return row.text(index).map(JSONValue.string) ?? .null
        }
    }

    /// A value that a filter or a cursor compares with a column.
    static func plain(_ value: JSONValue, _ type: AttributeType) throws(Misfit) -> SQLValue {
        switch (type, value) {
        case (.uuid, .string(let text)):
            guard let id = UUID(text: text) else { throw Misfit("must be a UUID") }
            return .uuid(id)
        case (.string, .string(let text)), (.text, .string(let text)): return .text(text)
        case (.enumeration(let cases), .string(let text)):
            guard cases.contains(text) else { throw Misfit("must be one of " + cases.joined(separator: ", ")) }
            return .text(text)
        case (.integer, .number(let number)):
            guard let whole = number.int else { throw Misfit("must be a whole number") }
            return .integer(Int64(whole))
        case (.decimal, .number(let number)): return .double(number.double)
        case (.boolean, .bool(let flag)): return .bool(flag)
        case (.timestamp, .string(let text)):
            guard let time = Timestamp(text: text) else { throw Misfit("must be a time as RFC 3339 spells it") }
            return .timestamp(time)
        case (.json, let value): return .json(value.encoded())
        case (.bytes, .string(let text)): return .bytes(Array(text.utf8))
        case (.uuid, _): throw Misfit("must be a UUID")
        case (.string, _), (.text, _), (.enumeration, _), (.bytes, _): throw Misfit("must be a string")
        case (.integer, _): throw Misfit("must be a whole number")
        case (.decimal, _): throw Misfit("must be a number")
        case (.boolean, _): throw Misfit("must be true or false")
        case (.timestamp, _): throw Misfit("must be a time as RFC 3339 spells it")
        }
    }
}
