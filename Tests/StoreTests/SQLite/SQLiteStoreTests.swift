import DashModel
import DashStorage
import Foundation
import GRDB
import Logging
import TestSupport
import Testing

@testable import DashSQLite

@Suite("SQLite", .closingStores)
struct SQLiteStoreTests {
    @Test("commits are flushed to the disk: synchronous is FULL on the writer")
    func durable() async throws {
        let engine = try await Engines.sqlite(at: Engines.temporaryPath(), HeldClock())
        let level = try await engine.database.pool.writeWithoutTransaction {
            try Int.fetchOne($0, sql: "PRAGMA synchronous")
        }
        #expect(level == 2)
        let mode = try await engine.database.pool.read { try String.fetchOne($0, sql: "PRAGMA journal_mode") }
        #expect(mode == "wal")
    }

    @Test("only its owner can read the file and its log")
    func privateFile() async throws {
        let path = try Engines.temporaryPath()
        let engine = try await Engines.sqlite(at: path, HeldClock())
        for file in [path, path + "-wal"] {
            let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
            #expect(mode == 0o600)
        }
        try await engine.close()
    }

    @Test("what was committed is there after opening again, and ids are never given twice")
    func reopen() async throws {
        let path = try Engines.temporaryPath()
        let clock = HeldClock()
        let engine = try await Engines.sqlite(at: path, clock)
        let tenant = try await Tenant(engine.store, clock)
        guard case .saved(let first) = try await engine.store.commits.commit([tenant.part(["{}", "{}"])])[0] else {
            throw Unexpected("!")
        }
        try await engine.database.write { _ = try $0.execute("DELETE FROM pipeline_data") }
        try await engine.close()
        let again = try await Engines.sqlite(at: path, clock)
        guard case .saved(let next) = try await again.store.commits.commit([tenant.part(["{}"])])[0] else {
            throw Unexpected("!")
        }
        #expect(next == first + 2)
    }

    @Test("a newer database and a foreign history are refused, saying so")
    func newerDatabase() async throws {
        let engine = try await Engines.sqlite(at: Engines.temporaryPath(), HeldClock())
        try await engine.migrate()
        try await engine.database.write { connection in
            _ = try connection.execute(
                "INSERT INTO schema_migrations (number, name, applied_at) VALUES (99, 'future', 0)"
            )
        }
        var error = await #expect(throws: DashError.self) { try await engine.migrate() }
        #expect(error?.message.contains("newer") == true)
        try await engine.database.write { connection in
            _ = try connection.execute("DELETE FROM schema_migrations WHERE number = 99")
            _ = try connection.execute("UPDATE schema_migrations SET name = 'other'")
        }
        error = await #expect(throws: DashError.self) { try await engine.migrate() }
        #expect(error?.message.contains("another version") == true)
    }

    @Test("a failing migration leaves nothing behind")
    func failingMigration() async throws {
        struct Broken: Migration {
            let number = 2
            let name = "broken"
            func changes(_ dialect: any SchemaDialect) -> [any SchemaChange] {
                [CreateTable("extra", [.id]), ExecuteSQL("CREATE TABLE teams (id INTEGER)")]
            }
        }
        let engine = try await Engines.sqlite(at: Engines.temporaryPath(), HeldClock())
        await #expect(throws: DashError.self) {
            try await Migrator(Migrations.all + [Broken()]).migrate(
                engine.database,
                in: SQLiteDialect(),
                clock: SystemClock()
            )
        }
        let tables = try await engine.database.read { try $0.fetch("SELECT 1 FROM sqlite_schema WHERE name = 'extra'") }
        #expect(tables.isEmpty)
        try await engine.migrate()
    }

    @Test("a column that no resource declares, or one that is missing, stops the start")
    func liveColumns() async throws {
        let engine = try await Engines.sqlite(at: Engines.temporaryPath(), HeldClock())
        try await engine.database.write { _ = try $0.execute("ALTER TABLE users ADD COLUMN shoe_size INTEGER") }
        let error = await #expect(throws: DashError.self) { try await engine.migrate() }
        #expect(error?.message.contains("shoe_size") == true)
        try await engine.database.write { _ = try $0.execute("ALTER TABLE users DROP COLUMN shoe_size") }
        try await engine.database.write { _ = try $0.execute("ALTER TABLE uploads DROP COLUMN position") }
        let second = await #expect(throws: DashError.self) { try await engine.migrate() }
        #expect(second?.message.contains("uploads has no column position") == true)
    }

    @Test("sealed configs are not in the file as they were given")
    func sealed() async throws {
        let clock = HeldClock()
        let engine = try await Engines.sqlite(at: Engines.temporaryPath(), clock)
        _ = try await Tenant(engine.store, clock)
        let raw = try await engine.database.read { try $0.fetch("SELECT source_config FROM pipelines") }.first?.text(0)
        #expect(raw?.hasPrefix("sealed:") == true)
        #expect(raw?.contains("hush") == false)
    }

    @Test("a full disk is said clearly, writes nothing by halves, and is got over")
    func fullDisk() async throws {
        let clock = HeldClock()
        let engine = try await Engines.sqlite(at: Engines.temporaryPath(), clock)
        let tenant = try await Tenant(engine.store, clock)
        _ = try await engine.store.commits.commit([tenant.part(["{}"])])
        let pages =
            try await engine.database.pool.writeWithoutTransaction { try Int.fetchOne($0, sql: "PRAGMA page_count") }
            ?? 0
        try await engine.database.pool.writeWithoutTransaction {
            try $0.execute(sql: "PRAGMA max_page_count = \(pages + 2)")
        }
        let large = tenant.part((0..<500).map { "{\"n\":\($0),\"t\":\"\(String(repeating: "x", count: 500))\"}" })
        let error = await #expect(throws: DashError.self) { _ = try await engine.store.commits.commit([large]) }
        #expect(error?.code == .unavailable && error?.retryAfter != nil)
        #expect(error?.message.contains("disk is full") == true)
        #expect(try await tenant.stored() == ["{}"])
        #expect(try await engine.store.commits.ledger(of: tenant.pipeline).difference == 0)
        try await engine.database.pool.writeWithoutTransaction {
            try $0.execute(sql: "PRAGMA max_page_count = 1073741823")
        }
        _ = try await engine.store.commits.commit([large])
        #expect(try await tenant.stored().count == 501)
    }

    @Test("a file that can't be opened is said with its path")
    func unopenable() async throws {
        let error = await #expect(throws: DashError.self) {
            _ = try await SQLiteEngine(
                path: "/nonexistent/dash.db",
                sealer: TurningSealer(),
                logger: Logger(label: "test")
            )
        }
        #expect(error?.code == .unavailable)
        #expect(error?.message.contains("/nonexistent/dash.db") == true)
    }

    @Test("a reader that nobody waits for is stopped in the middle, and the connection works on")
    func cancellation() async throws {
        let engine = try await Engines.sqlite(at: Engines.temporaryPath(), HeldClock())
        let begun = Tally()
        let reading = Task {
            try await engine.database.read { connection in
                begun.add()
                // Without an end of its own.
                _ = try connection.fetch(
                    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
                )
            }
        }
        try await eventually("it has begun") { begun.count == 1 }
        reading.cancel()
        await #expect(throws: (any Error).self) { try await reading.value }
        try await engine.ping()
    }

    @Test("a statement that begins after nobody waits any more is stopped as well")
    func cancelledBefore() async throws {
        let engine = try await Engines.sqlite(at: Engines.temporaryPath(), HeldClock())
        let (begun, mayGoOn) = (Tally(), Tally())
        let reading = Task {
            try await engine.database.read { connection in
                begun.add()
                while mayGoOn.count == 0 { usleep(1_000) }
                _ = try connection.fetch(
                    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
                )
            }
        }
        try await eventually("it has begun") { begun.count == 1 }
        reading.cancel()
        mayGoOn.add()
        await #expect(throws: (any Error).self) { try await reading.value }
        try await engine.ping()
    }

    @Test("a query that takes too long is stopped, and the connection works on")
    func deadline() async throws {
        let engine = try await Engines.sqlite(at: Engines.temporaryPath(), HeldClock())
        let error = await #expect(throws: DashError.self) {
            _ = try await engine.database.read { connection in
                guard let connection = connection as? DashSQLite.SQLiteConnection else { throw Unexpected("!") }
                return try connection.within(.milliseconds(50)) {
                    try connection.fetch(
                        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
                    )
                }
            }
        }
        #expect(error?.code == .unavailable)
        try await engine.ping()
    }

    @Test("the lists that are asked for all the time use their indexes")
    func indexes() async throws {
        let engine = try await Engines.sqlite(at: Engines.temporaryPath(), HeldClock())
        let id = UUID()
        let statements: [(SQLStatement, String)] = [
            ("SELECT min(scheduled_at) FROM jobs WHERE queue = \("q") AND \(JobTurns.waiting)", "jobs_due"),
            (
                "SELECT id FROM deliveries WHERE pipeline_sink_id = \(id) AND status = 'pending' ORDER BY first_record_id",
                "deliveries_sink_lane"
            ),
            (
                "SELECT id FROM pipeline_data WHERE pipeline_id = \(id) AND ingested_at >= \(5) ORDER BY ingested_at DESC, id DESC",
                "pipeline_data_pipeline_time"
            ),
        ]
        for (statement, index) in statements {
            let plan = try await engine.database.read { try $0.fetch("EXPLAIN QUERY PLAN " + statement) }
            let text = plan.compactMap { $0.text(3) }.joined(separator: "; ")
            #expect(text.contains(index))
            #expect(!text.contains("TEMP B-TREE"))
        }
    }
}
