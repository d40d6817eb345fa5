public import DashModel
public import DashStorage
import GRDB
public import Logging

/// The embedded engine: one file, one writer, a pool of readers.
public final class SQLiteEngine: StoreEngine {
    let database: SQLiteDatabase
    private let clock: any WallClock
    private let sealer: any ConfigSealer
    private let logger: Logger

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
        self.sealer = sealer
        self.logger = logger
    }

    public var store: Store {
        let records = SQLiteRecords(database: database)
        let rollups = SQLRollupStore(database: database, records: records, clock: clock) { connection in
            try connection.fetchOne("SELECT next_id FROM record_sequence")?.int(0) ?? 1
        }
        return Store(
            resources: SQLResourceStore(database: database, sealer: sealer, clock: clock) { job, now, connection in
                try JobStatements.insert(job, now: now, on: connection)
            },
            commits: SQLiteCommits(database: database, clock: clock),
            records: records,
            expiry: SQLiteExpiry(database: database, rollups: rollups),
            quarantine: SQLQuarantineStore(database: database),
            deliveries: SQLiteDeliveries(database: database),
            jobs: SQLiteJobs(database: database),
            dueTimes: SQLDueTimeStore(database: database) { [database] due, now in
                try await database.write { try DueTimeInserts(due, now: now).run(on: $0) }
            },
            rollups: rollups,
            engine: self
        )
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
