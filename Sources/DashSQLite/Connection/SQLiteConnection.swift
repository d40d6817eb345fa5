import DashModel
import DashStorage
import FoundationEssentials
import GRDB
import GRDBSQLite

/// One of the pool's connections inside a transaction, spoken to through SQLite's own calls.
struct SQLiteConnection: SQLConnection {
    let database: Database
    /// Of a reader.
    var watch: ReadWatch?

    var dialect: any Dialect { SQLiteDialect() }

    /// Interrupts what a reader does in the body once it has taken so long.
    func within<Value>(_ limit: Duration, _ body: () throws -> Value) rethrows -> Value {
        guard let watch else { return try body() }
        return try watch.within(limit, body)
    }

    @discardableResult
    func execute(_ statement: SQLStatement) throws -> Int {
        try running(statement) { handle in
            try step(handle)
            return database.changesCount
        }
    }

    func fetch(_ statement: SQLStatement) throws -> [SQLRow] {
        var rows: [SQLRow] = []
        try walk(statement) { row in
            rows.append(row)
            return true
        }
        return rows
    }

    /// Hands over row by row, for as long as the closure says so.
    func walk(_ statement: SQLStatement, _ body: (SQLRow) throws -> Bool) throws {
        try running(statement) { handle in
            let count = sqlite3_column_count(handle)
            while try step(handle), try body(SQLRow((0..<count).map { Self.cell(handle, $0) })) {}
        }
    }

    /// A statement kept compiled, for loops that bind it themselves.
    func cached(_ text: String) throws -> OpaquePointer {
        do {
            return try database.cachedStatement(sql: text).sqliteStatement
        } catch {
            throw SQLiteFailure.sqlError(error)
        }
    }

    /// True while there are rows.
    @discardableResult
    func step(_ handle: OpaquePointer) throws -> Bool {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default: throw SQLiteFailure.sqlError(of: database)
        }
    }

    static func release(_ handle: OpaquePointer) {
        sqlite3_reset(handle)
        sqlite3_clear_bindings(handle)
    }

    private func running<Value>(_ statement: SQLStatement, _ body: (OpaquePointer) throws -> Value) throws -> Value {
        let compiled: Statement
        do {
            compiled =
                statement.isReusable
                ? try database.cachedStatement(sql: statement.text) : try database.makeStatement(sql: statement.text)
        } catch {
            throw SQLiteFailure.sqlError(error)
        }
        return try withExtendedLifetime(compiled) {
            let handle = compiled.sqliteStatement
            defer { Self.release(handle) }
            // SQLite numbers `$1`, `$2` by appearance, which is the order of the values.
            for (index, value) in statement.values.enumerated() {
                guard Self.bind(handle, Int32(index + 1), value) == SQLITE_OK else {
                    throw SQLiteFailure.sqlError(of: database)
                }
            }
            return try body(handle)
        }
    }

    private static func bind(_ handle: OpaquePointer, _ index: Int32, _ value: SQLValue) -> Int32 {
        switch value {
        case .null: return sqlite3_bind_null(handle, index)
        case .bool(let flag): return sqlite3_bind_int64(handle, index, flag ? 1 : 0)
        case .integer(let number): return sqlite3_bind_int64(handle, index, number)
        case .double(let number): return sqlite3_bind_double(handle, index, number)
        case .timestamp(let time): return sqlite3_bind_int64(handle, index, time.microseconds)
        case .text(var text):
            return text.withUTF8 { bindText(handle, index, UnsafeRawBufferPointer($0)) }
        case .json(let bytes): return bytes.withUnsafeBytes { bindText(handle, index, $0) }
        case .bytes(let bytes): return bytes.withUnsafeBytes { bindBlob(handle, index, $0) }
        case .uuid(let id): return withUnsafeBytes(of: id.uuid) { bindBlob(handle, index, $0) }
        // SQLite has no lists.
        case .array: return SQLITE_MISMATCH
        }
    }

    /// SQLite takes its own copy: the bytes may go before the statement runs.
    private static let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    private static func bindText(_ handle: OpaquePointer, _ index: Int32, _ bytes: UnsafeRawBufferPointer) -> Int32 {
        // An empty buffer has no address, which SQLite would take for NULL.
        guard let start = bytes.baseAddress, !bytes.isEmpty else {
            return sqlite3_bind_text(handle, index, "", 0, copied)
        }
        return sqlite3_bind_text(
            handle,
            index,
            start.assumingMemoryBound(to: CChar.self),
            Int32(clamping: bytes.count),
            copied
        )
    }

    static func bindBlob(_ handle: OpaquePointer, _ index: Int32, _ bytes: UnsafeRawBufferPointer) -> Int32 {
        guard let start = bytes.baseAddress, !bytes.isEmpty else { return sqlite3_bind_zeroblob(handle, index, 0) }
        return sqlite3_bind_blob(handle, index, start, Int32(clamping: bytes.count), copied)
    }

    private static func cell(_ handle: OpaquePointer, _ index: Int32) -> SQLValue {
        switch sqlite3_column_type(handle, index) {
        case SQLITE_INTEGER: return .integer(sqlite3_column_int64(handle, index))
        case SQLITE_FLOAT: return .double(sqlite3_column_double(handle, index))
        case SQLITE_TEXT:
            guard let start = sqlite3_column_text(handle, index) else { return .text("") }
            let bytes = UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, index)))
            return .text(String(decoding: bytes, as: UTF8.self))
        case SQLITE_BLOB:
            guard let start = sqlite3_column_blob(handle, index) else { return .bytes([]) }
            return .bytes(Array(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, index)))))
        default: return .null
        }
    }
}
