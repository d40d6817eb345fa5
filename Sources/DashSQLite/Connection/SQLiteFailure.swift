import DashModel
import DashStorage
import GRDB
import GRDBSQLite

/// SQLite's complaints in Dash's words, without the values that were bound.
enum SQLiteFailure {
    static func dashError(_ error: any Error) -> any Error {
        switch error {
        case is DashError, is CancellationError: error
        case let error as SQLError: error.dashError
        case let error as DatabaseError: sqlError(error).dashError
        default: DashError(.internal, "The database failed.", cause: String(reflecting: error))
        }
    }

    static func sqlError(_ error: any Error) -> SQLError {
        guard let error = error as? DatabaseError else { return SQLError(.other, "unknown failure") }
        return sqlError(
            primary: error.resultCode.rawValue,
            extended: error.extendedResultCode.rawValue,
            message: error.message ?? ""
        )
    }

    /// The failure that the connection met last.
    static func sqlError(of database: Database) -> SQLError {
        let extended = sqlite3_extended_errcode(database.sqliteConnection)
        let message = sqlite3_errmsg(database.sqliteConnection).map { String(cString: $0) } ?? ""
        return sqlError(primary: extended & 0xff, extended: extended, message: message)
    }

    private static func sqlError(primary: Int32, extended: Int32, message: String) -> SQLError {
        switch primary {
        case SQLITE_CONSTRAINT: constraint(extended, message)
        case SQLITE_FULL: SQLError(.full, message)
        case SQLITE_BUSY, SQLITE_LOCKED: SQLError(.busy, message)
        case SQLITE_IOERR: SQLError(.io, message)
        case SQLITE_READONLY, SQLITE_PERM: SQLError(.readOnly, message)
        case SQLITE_CANTOPEN, SQLITE_AUTH: SQLError(.cannotOpen, message)
        case SQLITE_CORRUPT, SQLITE_NOTADB: SQLError(.corrupt, message)
        case SQLITE_INTERRUPT, SQLITE_ABORT: SQLError(.interrupted, message)
        case SQLITE_TOOBIG: SQLError(.tooComplex, message)
        case SQLITE_ERROR where complexity.contains { message.contains($0) }: SQLError(.tooComplex, message)
        default: SQLError(.other, message)
        }
    }

    /// SQLite has no code of its own for a statement beyond its limits.
    private static let complexity = [
        "Expression tree is too large", "parser stack overflow", "too many ", "at most ",
    ]

    /// SQLite names the columns: `UNIQUE constraint failed: pipelines.team_id, pipelines.name`.
    private static func constraint(_ extended: Int32, _ message: String) -> SQLError {
        let names = message.split(separator: ": ").last.map { $0.split(separator: ", ") } ?? []
        let parts = names.map { $0.split(separator: ".") }.filter { $0.count == 2 }
        let table = String(parts.first?.first ?? "")
        let columns = parts.map { String($0[1]) }
        switch extended & 0xffff {
        case SQLITE_CONSTRAINT | (8 << 8), SQLITE_CONSTRAINT | (6 << 8):
            return SQLError(.unique(table: table, columns: columns), message)
        case SQLITE_CONSTRAINT | (5 << 8):
            return SQLError(.notNull(table: table, column: columns.first ?? ""), message)
        case SQLITE_CONSTRAINT | (3 << 8): return SQLError(.foreignKey, message)
        default: return SQLError(.other, message)
        }
    }
}
