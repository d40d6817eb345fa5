import DashJSON
public import DashModel

/// What a column of a copied table holds, whichever way an engine keeps it.
public enum CopyKind: Sendable, Hashable {
    case uuid, timestamp, integer, double, bool, text, bytes, json
    /// An encrypted config: copied as it is.
    case sealed

    /// The value in the one form that both engines share; throws when the cell holds something else.
    public func value(_ cell: SQLValue, of column: String) throws(DashError) -> SQLValue {
        if cell == .null { return .null }
        let row = SQLRow([cell])
        let value: SQLValue? =
            switch self {
            case .uuid: row.uuid(0).map(SQLValue.uuid)
            case .timestamp: row.timestamp(0).map(SQLValue.timestamp)
            case .integer: row.int(0).map(SQLValue.integer)
            // SQLite keeps a whole real as an integer, which has no negative zero.
            case .double: row.double(0).map { .double($0 == 0 ? 0 : $0) }
            case .bool: row.bool(0).map(SQLValue.bool)
            case .text: row.text(0).map(SQLValue.text)
            case .sealed: Self.sealed(cell).map(SQLValue.text)
            case .bytes: row.bytes(0).map(SQLValue.bytes)
            case .json: row.bytes(0).map(SQLValue.json)
            }
        guard let value else {
            throw DashError(.internal, "A cell of the column \(column) does not hold what the column is declared as.")
        }
        return value
    }

    /// SQLite keeps it as text, PostgreSQL as a JSON string.
    private static func sealed(_ cell: SQLValue) -> String? {
        guard case .json(let bytes) = cell else { return SQLRow([cell]).text(0) }
        return (try? JSONValue(parsing: bytes, limits: .rfc8259))?.stringValue
    }
}
