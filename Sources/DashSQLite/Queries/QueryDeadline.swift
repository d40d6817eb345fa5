import GRDB
import GRDBSQLite

/// Stops a statement that runs too long, by SQLite's progress handler on its own connection.
final class QueryDeadline {
    private let end: ContinuousClock.Instant

    init(_ limit: Duration) { end = .now + limit }

    func holding<Value>(_ connection: SQLiteConnection, _ body: () throws -> Value) throws -> Value {
        let handle = connection.database.sqliteConnection
        return try withExtendedLifetime(self) {
            // Looked at every few thousand steps of SQLite's machine, about each tenth of a millisecond.
            sqlite3_progress_handler(
                handle,
                5_000,
                { context in
                    guard let context else { return 0 }
                    let deadline = Unmanaged<QueryDeadline>.fromOpaque(context).takeUnretainedValue()
                    return ContinuousClock.now > deadline.end ? 1 : 0
                },
                Unmanaged.passUnretained(self).toOpaque()
            )
            defer { sqlite3_progress_handler(handle, 0, nil, nil) }
            return try body()
        }
    }
}
