import DashModel
import DashStorage
import FoundationEssentials
import GRDB
import GRDBSQLite
import Glibc

/// The file, opened: write-ahead log, every commit flushed to the disk before it is answered.
struct SQLiteDatabase: SQLDatabase {
    let pool: DatabasePool
    let dialect: any Dialect = SQLiteDialect()
    private let checkpoints: WALCheckpoints

    init(path: String, readers: Int, checkpoints limits: WALCheckpoints.Limits = WALCheckpoints.Limits()) throws {
        try Self.makePrivate(path)
        var configuration = Configuration()
        configuration.foreignKeysEnabled = true
        configuration.busyMode = .timeout(5)
        configuration.maximumReaderCount = max(1, readers)
        configuration.label = "dash.sqlite"
        configuration.prepareDatabase { database in
            // What a query sorts goes to a file once it is larger than the cache: kept in memory, it had no limit. Nor is the
            // file mapped, which counts as memory once a connection.
            try database.execute(
                sql: """
                    PRAGMA temp_store = FILE;
                    PRAGMA cache_size = -2048;
                    PRAGMA mmap_size = 0;
                    PRAGMA journal_size_limit = 67108864;
                    """
            )
            for function in RecordAggregates.all + RecordFunctions.all { database.add(function: function) }
            database.add(collation: RecordFunctions.order)
        }
        do {
            pool = try DatabasePool(path: path, configuration: configuration)
            let checkpoints = try WALCheckpoints(path: path, limits: limits)
            self.checkpoints = checkpoints
            // GRDB sets NORMAL after `prepareDatabase`; with it an answered commit could be lost with the power.
            let synchronous = try pool.writeWithoutTransaction { database in
                try database.execute(
                    sql: "PRAGMA synchronous = FULL; PRAGMA cache_size = -16384;"
                )
                checkpoints.follow(database)
                return try Int.fetchOne(database, sql: "PRAGMA synchronous")
            }
            guard synchronous == 2 else {
                throw DashError(.internal, "SQLite does not take synchronous = FULL; commits would not be durable.")
            }
        } catch {
            throw SQLiteFailure.dashError(error)
        }
    }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value {
        try await readConnection { try body($0) }
    }

    /// As `read`, with what only this engine's connection has.
    func readConnection<Value: Sendable>(
        _ body: @escaping @Sendable (SQLiteConnection) throws -> Value
    ) async throws -> Value {
        let watch = ReadWatch()
        do {
            return try await withTaskCancellationHandler {
                try await pool.read { database in
                    try watch.holding(database) { try body(SQLiteConnection(database: database, watch: watch)) }
                }
            } onCancel: {
                watch.cancel()
            }
        } catch {
            throw SQLiteFailure.dashError(error)
        }
    }

    func write<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws -> Value {
        try await writeConnection { try body($0) }
    }

    /// As `write`, with what only this engine's connection has.
    func writeConnection<Value: Sendable>(
        _ body: @escaping @Sendable (SQLiteConnection) throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            pool.asyncWriteWithoutTransaction { [checkpoints] database in
                let result = withExtendedLifetime(checkpoints) { Result { try Self.transaction(database, body) } }
                continuation.resume(with: result)
            }
        }
    }

    /// SQLite counts for each connection what others commit. The writer is asked: here nobody else commits.
    func outsideCommits() async throws -> Int64 {
        try await withCheckedThrowingContinuation { continuation in
            pool.asyncWriteWithoutTransaction { database in
                continuation.resume(
                    with: Result {
                        do {
                            let statement = try database.cachedStatement(sql: "PRAGMA data_version")
                            return try Int64.fetchOne(statement) ?? 0
                        } catch {
                            throw SQLiteFailure.dashError(error)
                        }
                    }
                )
            }
        }
    }

    /// Moves what it can of the log into the file without making anyone wait.
    func checkpoint() async { await checkpoints.pass() }

    func close() throws {
        do {
            try pool.close()
            try checkpoints.close()
        } catch {
            throw SQLiteFailure.dashError(error)
        }
    }

    private static func transaction<Value>(
        _ database: Database,
        _ body: (SQLiteConnection) throws -> Value
    ) throws -> Value {
        do {
            var result: Value?
            try database.inTransaction(.immediate) {
                result = try body(SQLiteConnection(database: database))
                return .commit
            }
            guard let result else { throw DashError(.internal, "A transaction ended without a result.") }
            return result
        } catch {
            throw SQLiteFailure.dashError(error)
        }
    }

    /// Makes the file before SQLite does, so that nobody else can read it; the log beside it inherits its mode.
    private static func makePrivate(_ path: String) throws(DashError) {
        let descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            let reason = String(cString: strerror(errno))
            throw DashError(
                .unavailable,
                "The database file \(path) can't be opened: \(reason).",
                retryAfter: .seconds(30)
            )
        }
        Glibc.close(descriptor)
    }
}
