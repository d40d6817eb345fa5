import DashModel
import DashPostgres
import Foundation
import Synchronization
import Testing

/// A database server that the tests may use as its superuser, named by a variable (`scripts/databases`).
final class TestServer: Sendable, CustomTestStringConvertible {
    /// Plain PostgreSQL; nil, and said so, without its variable.
    static let postgres = TestServer("PostgreSQL 15", "DASH_TEST_POSTGRES_URL")
    /// TimescaleDB, and its streaming replica when there is one.
    static let timescale = TestServer("TimescaleDB", "DASH_TEST_TIMESCALE_URL", replica: "DASH_TEST_REPLICA_URL")

    let name: String
    /// Of the database for administration.
    let url: String
    let replicaURL: String?

    /// Names a database by the process that made it, so that what a killed run left can be told from what is in use.
    private static let prefix = "dash_test_"
    private let template = "\(prefix)\(getpid())_template"
    private let preparation = Turnstile(1)
    private let isPrepared = Mutex(false)

    private init?(_ name: String, _ variable: String, replica: String? = nil) {
        func value(_ variable: String, _ what: String) -> String? {
            let value = ProcessInfo.processInfo.environment[variable] ?? ""
            if value.isEmpty { print("\(variable) is not set: nothing is tested on \(what).") }
            return value.isEmpty ? nil : value
        }
        guard let url = value(variable, name) else { return nil }
        self.name = name
        self.url = url
        replicaURL = replica.flatMap { value($0, "\(name) with reads on a replica") }
    }

    var testDescription: String { name }

    /// A store on a fresh, migrated database of its own, which goes with the test.
    func engine(
        clock: any WallClock = HeldClock(),
        readsReplica: Bool = false,
        tuning: PostgresTuning = .small
    ) async throws -> PostgresEngine {
        try await prepare()
        let database = try await makeDatabase(as: "TEMPLATE \(template)")
        return try await open(database, clock: clock, readsReplica: readsReplica, tuning: tuning)
    }

    /// The address of an empty database, which goes with the test.
    func emptyDatabase() async throws -> String {
        try await prepare()
        return address(of: try await makeDatabase())
    }

    /// Another store on the database, as another node would have it.
    func open(
        url database: String,
        clock: any WallClock = HeldClock(),
        tuning: PostgresTuning = .small
    ) async throws -> PostgresEngine {
        let scope = try TestScope.required()
        let engine = Self.engine(database, [], clock, tuning)
        scope.atEnd { try await engine.close() }
        return engine
    }

    private func open(
        _ database: String,
        clock: any WallClock,
        readsReplica: Bool,
        tuning: PostgresTuning
    ) async throws -> PostgresEngine {
        let scope = try TestScope.required()
        var replicas: [String] = []
        if readsReplica, let replicaURL {
            try await waitForReplica()
            replicas = [Self.address(of: database, on: replicaURL)]
        }
        let engine = Self.engine(address(of: database), replicas, clock, tuning)
        scope.atEnd { try await engine.close() }
        try await engine.migrate()
        return engine
    }

    private func makeDatabase(as options: String = "") async throws -> String {
        let scope = try TestScope.required()
        let name = "\(Self.prefix)\(getpid())_\(UUID().text.replacing("-", with: ""))"
        let url = url
        try await Administration.run("CREATE DATABASE \(name) \(options)", on: url)
        scope.atEnd { try await Administration.run("DROP DATABASE \(name) WITH (FORCE)", on: url) }
        return name
    }

    /// Once a run: drops what killed runs left, and migrates the database that the others are copied from, which takes a
    /// third of the time of migrating each.
    private func prepare() async throws {
        try await preparation.pass {
            guard !isPrepared.withLock({ $0 }) else { return }
            for name in try await Administration.run(
                "SELECT datname FROM pg_database WHERE starts_with(datname, '\(Self.prefix)')",
                on: url
            ) where !Self.isInUse(name) {
                try await Administration.run("DROP DATABASE IF EXISTS \(name) WITH (FORCE)", on: url)
            }
            try await Administration.run("CREATE DATABASE \(template)", on: url)
            let engine = Self.engine(address(of: template), [], HeldClock(), .small)
            try await engine.migrate()
            try await engine.close()
            // TimescaleDB's scheduler looks into every database that lets it, which would keep it from being copied.
            try await Administration.run(
                "ALTER DATABASE \(template) ALLOW_CONNECTIONS false",
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '\(template)'",
                on: url
            )
            isPrepared.withLock { $0 = true }
        }
    }

    private static func isInUse(_ database: String) -> Bool {
        let process = database.dropFirst(prefix.count).prefix { $0 != "_" }
        return pid_t(process).map { $0 != getpid() && kill($0, 0) == 0 } ?? false
    }

    /// Until the replica has what the primary has now.
    private func waitForReplica() async throws {
        guard let replicaURL else { return }
        let position = try await Administration.run("SELECT pg_current_wal_flush_lsn()", on: url).first ?? ""
        // Other tests may hold its replay up for a while.
        let end = ContinuousClock.now + .seconds(120)
        while ContinuousClock.now < end {
            // The waiting is done in the server.
            let answer = try await Administration.run(
                "SELECT pg_sleep(0.01)",
                "SELECT pg_last_wal_replay_lsn() >= '\(position)'",
                on: replicaURL
            )
            if answer == ["t"] { return }
        }
        throw Unexpected("the replica does not follow the primary")
    }

    private func address(of database: String) -> String { Self.address(of: database, on: url) }

    private static func address(of database: String, on server: String) -> String {
        var components = URLComponents(string: server)
        components?.path = "/" + database
        return components?.string ?? server
    }

    private static func engine(
        _ url: String,
        _ replicas: [String],
        _ clock: any WallClock,
        _ tuning: PostgresTuning
    ) -> PostgresEngine {
        PostgresEngine(
            url: url,
            replicas: replicas,
            tuning: tuning,
            sealer: TurningSealer(),
            clock: clock,
            logger: Engines.silent
        )
    }
}
