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
    let fieldRollups: SQLRollupStore

    public var rollups: any RollupStore { fieldRollups }

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
        fieldRollups = SQLRollupStore(database: database, dialect: SQLiteDialect(), clock: clock) { connection in
            try connection.fetchOne("SELECT next_id FROM record_sequence")?.int(0) ?? 1
        }
    }

    public func migrate() async throws {
        try await SchemaUpgrade(database, in: SQLiteDialect(), clock: clock, logger: logger).run()
    }

    public func ping() async throws {
        try await database.read { connection in _ = try connection.fetch("SELECT 1") }
    }

    /// A number that is another one when a process besides this one has committed. It costs a look at the log's index.
    public func outsideCommits() async throws -> Int64 { try await database.outsideCommits() }

    public func close() async throws { try database.close() }
}
