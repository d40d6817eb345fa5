import GRDB

@testable import DashSQLite

extension SQLiteEngine {
    /// The tables of the file, asked of SQLite itself.
    func liveTables() async throws -> Set<String> {
        try await database.pool.read { database in
            try Set(
                String.fetchAll(
                    database,
                    sql: "SELECT name FROM sqlite_schema WHERE type = 'table' AND substr(name, 1, 7) <> 'sqlite_'"
                )
            )
        }
    }
}
