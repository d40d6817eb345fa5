import DashModel
import DashPipeline
import DashPostgres
import DashSQLite
import DashStorage
import Logging
import ServiceLifecycle

/// The database engine: the one place that tells engines apart.
struct Engine: Sendable {
    /// What was opened, for what works with the engine's server itself.
    enum Opened {
        case sqlite(SQLiteEngine)
        case postgres(PostgresEngine, url: String)
    }

    let opened: Opened
    let store: Store
    /// Whether other nodes commit into the same store.
    let isShared: Bool
    /// What must run for it, ahead of everything that uses the store.
    let services: [any Service]
    /// What only one node has to do for it.
    let duties: [any Service]
    /// What `/readyz` tells of it.
    let checks: @Sendable () -> [(name: String, state: String)]
    /// Adds what `/metrics` tells of it.
    let register: @Sendable (MetricsRegistry) -> Void
    /// The engine and its edition, for people.
    let description: String

    /// Opens the database and brings its schema up to date.
    init(_ database: Settings.Database, sealer: any ConfigSealer, clock: any WallClock) async throws {
        let logger = Logger(label: "dash.store")
        switch database {
        case .sqlite(let path):
            let sqlite = try await SQLiteEngine(path: path, sealer: sealer, clock: clock, logger: logger)
            try await sqlite.migrate()
            opened = .sqlite(sqlite)
            store = sqlite.store
            isShared = false
            services = []
            duties = []
            description = "SQLite"
            checks = { [("database", "SQLite")] }
            register = { _ in }
        case .postgres(let settings):
            let postgres = try await Self.open(settings, sealer: sealer, clock: clock, logger: logger)
            guard try await !postgres.hasUnfinishedCopy() else {
                throw DashError(
                    .preconditionFailed,
                    """
                    A copy into the database \(settings.url) was begun and not finished: run the same dashd copy again, \
                    or empty the database.
                    """
                )
            }
            opened = .postgres(postgres, url: settings.url.text)
            store = postgres.store
            isShared = true
            services = [postgres]
            duties = [
                DatabaseUpkeep(
                    maintenance: postgres.maintenance,
                    lease: PostgresLease(engine: postgres),
                    clock: clock,
                    logger: logger
                )
            ]
            let description = try await postgres.serverDescription()
            self.description = description
            register = { DatabaseMetrics(engine: postgres).register(in: $0) }
            checks = {
                [("database", description)]
                    + postgres.replicaStates.map { ("replica \($0.name)", Self.state(of: $0)) }
            }
            logger.info("found \(description)", metadata: ["server": "\(settings.url)"])
        }
    }

    /// Connects, and throws what is wrong with the server before anything is changed on it.
    static func open(
        _ settings: Settings.Postgres,
        sealer: any ConfigSealer,
        clock: any WallClock,
        logger: Logger
    ) async throws -> PostgresEngine {
        var tuning = PostgresTuning()
        tuning.writers = settings.writePool
        tuning.readers = settings.readPool
        tuning.queueTarget = settings.queueTarget
        tuning.queueInterval = settings.queueInterval
        tuning.replicaLag = settings.replicaLag
        tuning.hasEagerIndex = settings.hasEagerIndex
        let postgres = PostgresEngine(
            url: settings.url.text,
            replicas: settings.replicas.map(\.text),
            tuning: tuning,
            sealer: sealer,
            clock: clock,
            logger: logger
        )
        do {
            try await postgres.checkServer()
            try await postgres.migrate()
        } catch {
            try? await postgres.close()
            throw error
        }
        return postgres
    }

    private static func state(of replica: ReplicaState) -> String {
        guard let lag = replica.lag else { return "no answer; the primary serves its reads" }
        let seconds = Double(lag.components.seconds) + Double(lag.components.attoseconds) / 1e18
        let behind = "\((seconds * 10).rounded() / 10) s behind"
        return replica.isServing ? "ok, \(behind)" : "\(behind); the primary serves its reads"
    }
}
