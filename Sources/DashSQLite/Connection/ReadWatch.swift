import GRDB
import GRDBSQLite
import Synchronization

/// Ends what a reader does when nobody waits for it any more, or when its time is over: by SQLite's progress handler on the
/// reader's connection. An interruption alone is lost when it comes just before a statement begins.
final class ReadWatch: Sendable {
    private let isCancelled = Atomic(false)
    private let end = Mutex<ContinuousClock.Instant?>(nil)

    func cancel() { isCancelled.store(true, ordering: .relaxed) }

    /// For so long from now the body may work.
    func within<Value>(_ limit: Duration, _ body: () throws -> Value) rethrows -> Value {
        end.withLock { $0 = .now + limit }
        defer { end.withLock { $0 = nil } }
        return try body()
    }

    private var isOver: Bool {
        isCancelled.load(ordering: .relaxed) || end.withLock { $0 }.map { ContinuousClock.now > $0 } ?? false
    }

    /// Watches over the connection while the body has it.
    func holding<Value>(_ database: Database, _ body: () throws -> Value) rethrows -> Value {
        let handle = database.sqliteConnection
        return try withExtendedLifetime(self) {
            // Looked at every few thousand steps of SQLite's machine, about each tenth of a millisecond.
            sqlite3_progress_handler(
                handle,
                5_000,
                { context in
                    guard let context else { return 0 }
                    return Unmanaged<ReadWatch>.fromOpaque(context).takeUnretainedValue().isOver ? 1 : 0
                },
                Unmanaged.passUnretained(self).toOpaque()
            )
            defer { sqlite3_progress_handler(handle, 0, nil, nil) }
            return try body()
        }
    }
}
