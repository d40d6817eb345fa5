public import DashModel
public import DashStorage
public import Logging
public import ServiceLifecycle
import Synchronization

/// The engine for teams and clusters: PostgreSQL, with TimescaleDB where the server has it.
public final class PostgresEngine: StoreEngine, Service {
    let database: PostgresDatabase
    let clock: any WallClock
    let logger: Logger
    let posting: CommitPosting
    let hasEagerIndex: Bool
    let layout = Mutex<LayoutReport?>(nil)
    private let sealer: any ConfigSealer

    /// Connects when it is first used; `migrate()` comes next.
    public init(
        url: String,
        replicas: [String] = [],
        tuning: PostgresTuning = PostgresTuning(),
        sealer: any ConfigSealer,
        clock: any WallClock = SystemClock(),
        logger: Logger
    ) {
        database = PostgresDatabase(url: url, replicas: replicas, tuning: tuning, logger: logger)
        hasEagerIndex = tuning.hasEagerIndex
        self.sealer = sealer
        self.clock = clock
        self.logger = logger
        posting = CommitPosting(database: database, log: CommitLog(), clock: clock, logger: logger)
    }

    public var store: Store {
        let records = PostgresRecords(database: database)
        let rollups = SQLRollupStore(database: database, records: records, clock: clock) { connection in
            try connection.fetchOne("SELECT take_record_ids(1)")?.int(0) ?? 1
        }
        let rows = SQLResourceStore(database: PrimaryDatabase(database: database), sealer: sealer, clock: clock) {
            job,
            now,
            connection in
            try PostgresJobs.insert(job, now: now, on: connection)
        }
        return Store(
            resources: PostgresResources(rows: rows, posting: posting),
            commits: PostgresCommits(database: database, posting: posting, clock: clock),
            records: records,
            expiry: PostgresExpiry(database: database, posting: posting, rollups: rollups),
            quarantine: SQLQuarantineStore(database: PrimaryDatabase(database: database, isStrict: true)),
            deliveries: PostgresDeliveries(database: database),
            jobs: PostgresJobs(database: database),
            dueTimes: SQLDueTimeStore(database: database) { [database] due, now in
                try await database.writeConnection { try DueTimeInserts(due, now: now).run(on: $0) }
            },
            rollups: rollups,
            engine: self
        )
    }

    /// Looks after the connections and the replicas until it is told to stop.
    public func run() async throws {
        let health = ConnectionHealth(database: database, logger: logger)
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { await health.watch() }
                group.addTask { await self.posting.repeatedly() }
            }
        }
    }

    /// Brings the schema up to this binary's, one node at a time.
    public func migrate() async throws {
        try await SchemaUpgrade(database, in: PostgresDialect(), clock: clock, logger: logger).run {
            try await layOut()
        }
    }

    public func ping() async throws {
        _ = try await database.plainConnection(within: .seconds(3)) { try $0.fetch("SELECT 1") }
    }

    /// Posts what is left; what can't be is posted by the next start.
    public func close() async throws {
        do {
            try await posting.postUnposted()
        } catch {
            logger.warning("the commit log is left to be posted", metadata: ["reason": "\(String(reflecting: error))"])
        }
        await database.close()
    }

    /// How the pools do.
    public var poolStatistics: [PoolStatistics] {
        ([database.writers, database.readers] + database.replicas.pools).map(\.statistics)
    }

    /// How the replicas do.
    public var replicaStates: [ReplicaState] { database.replicas.states }
}
