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
        case sqlite(SQLiteStore)
        case postgres(PostgresStore, url: String)
    }

    let opened: Opened
    let store: any Store
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
            let store = try await SQLiteStore(path: path, sealer: sealer, clock: clock, logger: logger)
            try await store.migrate()
            opened = .sqlite(store)
            self.store = store
            isShared = false
            services = []
            duties = []
            description = "SQLite"
            checks = { [("database", "SQLite")] }
            register = { _ in }
        case .postgres(let settings):
            let store = try await Self.open(settings, sealer: sealer, clock: clock, logger: logger)
            guard try await !store.hasUnfinishedCopy() else {
                throw DashError(
                    .preconditionFailed,
                    """
                    A copy into the database \(settings.url) was begun and not finished: run the same dashd copy again, \
                    or empty the database.
                    """
                )
            }
            opened = .postgres(store, url: settings.url.text)
            self.store = store
            isShared = true
            services = [store]
            duties = [
                DatabaseUpkeep(
                    maintenance: store.maintenance,
                    lease: PostgresLease(store: store),
                    clock: clock,
                    logger: logger
                )
            ]
            let description = try await store.serverDescription()
            self.description = description
            register = { DatabaseMetrics(store: store).register(in: $0) }
            checks = {
                [("database", description)]
                    + store.replicaStates.map { ("replica \($0.name)", Self.state(of: $0)) }
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
    ) async throws -> PostgresStore {
        var tuning = PostgresTuning()
        tuning.writers = settings.writePool
        tuning.readers = settings.readPool
        tuning.queueTarget = settings.queueTarget
        tuning.queueInterval = settings.queueInterval
        tuning.replicaLag = settings.replicaLag
        tuning.hasEagerIndex = settings.hasEagerIndex
        let store = try await PostgresStore(
            url: settings.url.text,
            replicas: settings.replicas.map(\.text),
            tuning: tuning,
            sealer: sealer,
            clock: clock,
            logger: logger
        )
        do {
            try await store.checkServer()
            try await store.migrate()
        } catch {
            try? await store.close()
            throw error
        }
        return store
    }

    private static func state(of replica: ReplicaState) -> String {
        guard let lag = replica.lag else { return "no answer; the primary serves its reads" }
        let seconds = Double(lag.components.seconds) + Double(lag.components.attoseconds) / 1e18
        let behind = "\((seconds * 10).rounded() / 10) s behind"
        return replica.isServing ? "ok, \(behind)" : "\(behind); the primary serves its reads"
    }
}
