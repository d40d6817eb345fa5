import DashModel
import DashStorage
import FoundationEssentials
import Testing

@testable import DashPostgres

/// A database that lost something is refused at start, by name.
@Suite("Databases that are not whole", .closingStores)
struct WholenessTests {
    static let servers = [TestServer.postgres, TestServer.timescale].compactMap { $0 }

    private func complaint(_ engine: PostgresEngine, after statements: SQLStatement...) async throws -> String? {
        for statement in statements { _ = try await engine.database.write { try $0.execute(statement) } }
        let error = await #expect(throws: DashError.self) { try await engine.migrate() }
        return error?.message
    }

    @Test("a key, a function or a trigger", arguments: servers)
    func keys(_ server: TestServer) async throws {
        let engine = try await server.engine()
        try await engine.migrate()
        let message = try await complaint(
            engine,
            after: "ALTER TABLE pipeline_data DROP CONSTRAINT pipeline_data_pkey",
            "ALTER TABLE widgets DROP CONSTRAINT widgets_pkey",
            "DROP TRIGGER pipelines_deleted ON pipelines"
        )
        #expect(message?.contains("pipeline_data has no primary key (pipeline_id, ingested_at, id)") == true)
        #expect(message?.contains("widgets has no primary key (id)") == true)
        #expect(message?.contains("the trigger pipelines_deleted is missing") == true)
        #expect(message?.contains("timescaledb_post_restore()") == true)
    }

    @Test("the records", arguments: [TestServer.timescale].compactMap { $0 })
    func records(_ server: TestServer) async throws {
        let clock = HeldClock()
        let engine = try await server.engine(clock: clock)
        let tenant = try await Tenant(engine.store, clock)
        _ = try await engine.store.commits.commit([tenant.part(["{}"])])
        // Posts what was counted.
        _ = try await engine.store.commits.ledger(of: tenant.pipeline)
        let message = try await complaint(
            engine,
            after: "CREATE TABLE plain (LIKE pipeline_data INCLUDING ALL)",
            "DROP TABLE pipeline_data CASCADE",
            "ALTER TABLE plain RENAME TO pipeline_data"
        )
        #expect(message?.contains("pipeline_data is no hypertable and has none of its records") == true)
    }
}
