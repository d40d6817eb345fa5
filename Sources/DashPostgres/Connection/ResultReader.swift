import CLibpq
import DashModel
import DashStorage
import FoundationEssentials

/// Reads the rows of libpq's result, which come in binary.
struct ResultReader {
    private let result: OpaquePointer

    init(_ result: OpaquePointer) { self.result = result }

    func read() -> PostgresResult {
        let rowCount = PQntuples(result)
        let columnCount = PQnfields(result)
        let types = (0..<columnCount).map { PQftype(result, $0) }
        var rows: [SQLRow] = []
        rows.reserveCapacity(Int(rowCount))
        for row in 0..<rowCount {
            var cells: [SQLValue] = []
            cells.reserveCapacity(Int(columnCount))
            for column in 0..<columnCount { cells.append(cell(row, column, types[Int(column)])) }
            rows.append(SQLRow(cells))
        }
        let changed = PQcmdTuples(result).flatMap { Int(String(cString: $0)) } ?? 0
        return PostgresResult(rows: rows, changed: changed)
    }

    private func cell(_ row: Int32, _ column: Int32, _ type: UInt32) -> SQLValue {
        guard PQgetisnull(result, row, column) == 0, let start = PQgetvalue(result, row, column) else { return .null }
        let bytes = UnsafeRawBufferPointer(start: start, count: Int(PQgetlength(result, row, column)))
        switch PostgresType(rawValue: type) {
        case .bool: return .bool(bytes.first == 1)
        case .int8: return .integer(BinaryFormat.number(bytes))
        case .int4: return .integer(Int64(BinaryFormat.number(bytes) as Int32))
        case .int2: return .integer(Int64(BinaryFormat.number(bytes) as Int16))
        case .float8: return .double(Double(bitPattern: BinaryFormat.number(bytes)))
        case .float4: return .double(Double(Float(bitPattern: BinaryFormat.number(bytes))))
        case .numeric: return BinaryNumeric.value(bytes)
        case .uuid: return UUID(bytes: Array(bytes)).map(SQLValue.uuid) ?? .null
        case .oid: return .integer(Int64(BinaryFormat.number(bytes) as UInt32))
        case .timestamptz, .timestamp: return .timestamp(BinaryFormat.timestamp(ticks: BinaryFormat.number(bytes)))
        case .bytea: return .bytes(Array(bytes))
        case .json: return .json(Array(bytes))
        case .jsonb: return .json(Array(bytes.dropFirst()))
        // Texts, names, enums and whatever else is spelt in letters.
        default: return .text(String(decoding: bytes, as: UTF8.self))
        }
    }
}
