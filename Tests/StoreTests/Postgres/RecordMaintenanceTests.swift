import DashJSON
import DashModel
import DashStorage
import FoundationEssentials
import Testing

@testable import DashPostgres

/// What the table of records needs from time to time, on every edition that is there.
@Suite("Maintenance of the records", .closingStores)
struct RecordMaintenanceTests {
    static let servers = [TestServer.postgres, TestServer.timescale].compactMap { $0 }

    private func number(_ engine: PostgresEngine, _ statement: SQLStatement) async throws -> Int64 {
        try await engine.database.write { try $0.fetchOne(statement)?.int(0) ?? -1 }
    }

    private func tenant(_ server: TestServer, retentionDays: Int? = nil) async throws -> (PostgresEngine, Tenant) {
        let clock = HeldClock()
        let engine = try await server.engine(clock: clock)
        return (engine, try await Tenant(engine.store, clock, retentionDays: retentionDays))
    }

    /// The hours as the continuous aggregate of the design would show them.
    private static let expected: SQLStatement = """
        SELECT date_bin(INTERVAL '1 hour', ingested_at, TIMESTAMPTZ 'epoch'), pipeline_id, team_id, count(*), \
        sum(pg_column_size(data)) FROM pipeline_data GROUP BY 1, 2, 3
        """

    @Test("hours are summed up as the continuous aggregate would, late records included", arguments: servers)
    func hours(_ server: TestServer) async throws {
        let (engine, tenant) = try await tenant(server)
        let other = try await tenant.addPipeline()
        for hour in 0..<6 {
            let time = tenant.clock.now - .seconds(Int64(hour) * 3_600)
            _ = try await engine.store.commits.commit([
                tenant.part(["{\"n\":\(hour)}", "{\"text\":\"\(hour)\"}"], at: time),
                tenant.part(["{\"o\":\(hour)}"], at: time, into: other),
            ])
        }
        let start = tenant.clock.now
        func isComplete() async throws -> Bool {
            try await number(
                engine,
                """
                SELECT count(*) FROM ((TABLE pipeline_data_hourly EXCEPT \(Self.expected)) UNION ALL \
                (\(Self.expected) EXCEPT TABLE pipeline_data_hourly)) AS difference
                """
            ) == 0
        }
        // Hours that ended more than an hour ago.
        try await engine.maintenance.run(now: start)
        #expect(try await number(engine, "SELECT count(*) FROM pipeline_data_hourly") == 8)
        // A late record of the same day comes in once the day is over.
        _ = try await engine.store.commits.commit([tenant.part(["{\"late\":1}"], at: start - .seconds(5 * 3_600))])
        tenant.clock.advance(.seconds(86_400))
        try await engine.maintenance.run(now: tenant.clock.now)
        #expect(try await isComplete())
        // A later one still, and nothing more when nothing came.
        _ = try await engine.store.commits.commit([tenant.part(["{\"later\":1}"], at: start - .seconds(3_600))])
        #expect(try await !isComplete())
        try await engine.maintenance.run(now: tenant.clock.now)
        #expect(try await isComplete())
        #expect(try await number(engine, "SELECT count(*) FROM record_days WHERE added_count <> summed_count") == 0)
    }

    @Test("a day gets its GIN index when it is over, one a call", arguments: servers)
    func indexes(_ server: TestServer) async throws {
        let (engine, tenant) = try await tenant(server)
        try await engine.maintenance.run(now: tenant.clock.now)
        _ = try await engine.store.commits.commit([tenant.part(["{\"room\":\"a\"}", "{\"room\":\"b\"}"])])
        let built: SQLStatement = """
            SELECT count(*) FROM pg_indexes WHERE indexdef LIKE '%pipeline_data%jsonb_path_ops%' \
            OR indexdef LIKE '%_chunk USING gin (data jsonb_path_ops)%'
            """
        try await engine.maintenance.run(now: tenant.clock.now)
        let before = try await number(engine, built)
        tenant.clock.advance(.seconds(86_400 + 3_600))
        try await engine.maintenance.run(now: tenant.clock.now)
        #expect(try await number(engine, built) == before + 1)
        let query = DataQuery(
            pipeline: tenant.pipeline,
            fields: [.init(path: "*", aggregate: .count)],
            filters: [.init(path: "room", op: .eq, value: "b")],
            range: .last(.seconds(3 * 86_400))
        )
        #expect(try await engine.store.records.answer(query, now: tenant.clock.now).rows == [[1]])
    }

    @Test("a day that is expired for all goes at once, with its storage")
    func expiredDays() async throws {
        for server in Self.servers {
            let (engine, tenant) = try await tenant(server, retentionDays: 1)
            let other = try await tenant.addPipeline()
            try await engine.maintenance.run(now: tenant.clock.now)
            // jsonb spells these shorter than they came.
            _ = try await engine.store.commits.commit([
                tenant.part((0..<30).map { "{\"t\":\"\\u00e9\\u00e9\\u00e9 \($0)\"}" })
            ])
            tenant.clock.advance(.seconds(3 * 86_400))
            _ = try await engine.store.commits.commit([tenant.part(["{\"new\":1}"])])
            #expect(try await engine.store.expiry.deleteExpired(now: tenant.clock.now, limit: 10) == 30)
            #expect(try await engine.store.commits.ledger(of: tenant.pipeline)[.bytesStored] == 9)
            #expect(abs(try await tenant.usedGB() * 1e9 - 9) < 0.5)
            #expect(try await number(engine, "SELECT count(*) FROM pipeline_data") == 1)
            // Another pipeline that keeps its records keeps the day.
            let time = tenant.clock.now
            _ = try await engine.store.commits.commit([tenant.part(["{\"keep\":1}"], at: time, into: other)])
            tenant.clock.advance(.seconds(3 * 86_400))
            #expect(try await engine.store.expiry.deleteExpired(now: tenant.clock.now, limit: 10) == 1)
            #expect(try await number(engine, "SELECT count(*) FROM pipeline_data") == 1)
            #expect(abs(try await tenant.usedGB() * 1e9 - 10) < 0.5)
        }
    }

    @Test("a deleted pipeline's records and storage go in batches", arguments: servers)
    func deletedPipeline(_ server: TestServer) async throws {
        let (engine, tenant) = try await tenant(server)
        let other = try await tenant.addPipeline()
        let texts = (0..<25).map { "{\"n\":\($0),\"e\":1e2}" }
        _ = try await engine.store.commits.commit([
            tenant.part(texts), tenant.part(texts, at: tenant.clock.now - .seconds(86_400)),
            tenant.part(["{}"], into: other),
        ])
        _ = try await engine.store.resources.apply([.delete(Resources.pipelines, id: tenant.pipeline)], in: .system)
        var total = 0
        while true {
            let deleted = try await engine.store.expiry.deleteExpired(now: tenant.clock.now, limit: 20)
            #expect(deleted <= 20)
            total += deleted
            if deleted == 0 { break }
        }
        #expect(total == 50)
        #expect(abs(try await tenant.usedGB() * 1e9 - 2) < 0.5)
        #expect(try await number(engine, "SELECT count(*) FROM deleted_pipelines") == 0)
        #expect(try await number(engine, "SELECT count(*) FROM record_days") == 1)
    }

    @Test("records of any time find a place and are filed under their day")
    func partitions() async throws {
        guard let server = TestServer.postgres else { return }
        let (engine, tenant) = try await tenant(server)
        let old = Timestamp(seconds: 1_600_000_000)
        _ = try await engine.store.commits.commit([tenant.part(["{\"old\":1}"], at: old), tenant.part(["{\"now\":1}"])])
        #expect(try await number(engine, "SELECT count(*) FROM pipeline_data_default") == 2)
        for _ in 0..<2 { try await engine.maintenance.run(now: tenant.clock.now) }
        #expect(try await number(engine, "SELECT count(*) FROM pipeline_data_default") == 0)
        #expect(try await number(engine, "SELECT count(*) FROM pipeline_data_20200913") == 1)
        #expect(try await number(engine, "SELECT count(*) FROM pipeline_data") == 2)
        let days = try await number(
            engine,
            "SELECT count(*) FROM pg_inherits WHERE inhparent = to_regclass('pipeline_data')"
        )
        // Yesterday to the third day ahead, the old day and the default.
        #expect(days == 7)
    }

    @Test("ids come in rows, whoever asks at the same time", arguments: servers)
    func ids(_ server: TestServer) async throws {
        let engine = try await server.engine()
        let firsts = try await withThrowingTaskGroup(of: Int64.self) { group in
            for _ in 0..<40 { group.addTask { try await number(engine, "SELECT take_record_ids(7)") } }
            return try await group.reduce(into: []) { $0.append($1) }.sorted()
        }
        #expect(firsts == Array(stride(from: Int64(1), to: 281, by: 7)))
    }
}
