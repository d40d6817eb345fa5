public import DashModel
public import DashStorage
import GRDB
public import Logging

/// The embedded engine: one file, one writer, a pool of readers.
public final class SQLiteStore: Store {
    let database: SQLiteDatabase
    let clock: any WallClock
    let logger: Logger
    let resources: SQLResourceStore
    let queries: DataQueryRunner

    /// Opens the file, making it readable by its owner only when it is new; `migrate()` comes next.
    public init(
        path: String,
        sealer: any ConfigSealer,
        clock: any WallClock = SystemClock(),
        logger: Logger,
        readers: Int = 8
    ) async throws {
        database = try SQLiteDatabase(path: path, readers: readers)
        self.clock = clock
        self.logger = logger
        resources = SQLResourceStore(database: database, sealer: sealer, clock: clock) { job, now, connection in
            try JobStatements.insert(job, now: now, on: connection)
        }
        queries = DataQueryRunner(database: database)
    }

    public func migrate() async throws { try await SchemaUpgrade(database, clock: clock, logger: logger).run() }

    public func ping() async throws {
        try await database.read { connection in _ = try connection.fetch("SELECT 1") }
    }

    public func close() async throws { try database.close() }
}
