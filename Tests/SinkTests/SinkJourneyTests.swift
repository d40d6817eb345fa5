import DashExchange
import DashJSON
import DashJobs
import DashModel
import DashPipeline
import DashSQLite
import DashStorage
import Foundation
import Logging
import ServiceLifecycle
import Testing

@testable import DashConnectors

/// Records from the inbox through the lanes to real servers, some of which fail.
@Suite struct SinkJourneyTests {
    private static let silent = Logger(label: "silent") { _ in SwiftLogNoOpLogHandler() }

    @Test(.enabled(if: TestServers.redis != nil)) func aDeadSinkSlowsNoOther() async throws {
        let port = try #require(TestServers.redis)
        let proxy = try FaultProxy(to: port)
        defer { proxy.close() }
        let (troubled, healthy) = (TestServers.name("troubled-"), TestServers.name("healthy-"))
        try await withEngine { engine, store, team in
            let pipeline = try await Self.pipeline(in: store, team)
            let slow = try await Self.sink("redis", Self.redis(proxy.port, troubled), of: pipeline, in: store)
            _ = try await Self.sink("redis", Self.redis(port, healthy), of: pipeline, in: store)
            engine.take(changeOf: "pipeline_sinks", in: team)
            var next = 1
            for mode in [FaultProxy.Mode.up, .down, .stalled] {
                proxy.set(mode)
                for _ in 0..<40 {
                    _ = try await engine.ingest(Self.post(pipeline, next))
                    next += 1
                }
                // What it still has from before does not wait for the other.
                try await Pause.until("the healthy one has all", within: .seconds(5)) {
                    try RedisEntries.read(healthy, port: port).count == next - 1
                }
            }
            try await Pause.until("the troubled one shows why") {
                try await store.fetch(Resources.pipelineSinks, id: slow, in: .system)?.string("status") == "failing"
            }
            proxy.set(.down)
            proxy.set(.up)
            try await Pause.until("the troubled one has all", within: .seconds(30)) {
                try RedisEntries.read(troubled, port: port).count >= next - 1
            }
            for stream in [troubled, healthy] {
                let numbers = try RedisEntries.read(stream, port: port).compactMap(TestServers.number)
                #expect(numbers == Array(1..<next), "in order, each once")
            }
        }
    }

    @Test(.enabled(if: TestServers.postgres != nil)) func whatATableRefusesIsSentAgainLater() async throws {
        let port = try #require(TestServers.postgres)
        let table = TestServers.name("letters_").replacing("-", with: "_")
        let reader = BlockingConnection<TableConnection>(label: "test")
        func run(_ statement: String) async throws -> [String] {
            try await reader.use(
                opening: {
                    try TableConnection(
                        [
                            ("host", "127.0.0.1"), ("port", String(port)), ("dbname", "postgres"), ("user", "dash"),
                            ("password", "dash"),
                        ],
                        patience: .seconds(10)
                    )
                },
                { try $0.run(statement) }
            )
        }
        _ = try await run("CREATE TABLE \(table) (n bigint PRIMARY KEY CHECK (n <> 3), added serial)")
        try await withEngine { engine, store, team in
            let pipeline = try await Self.pipeline(in: store, team)
            let config: JSONValue = [
                "host": "127.0.0.1", "port": .number(JSONNumber(port)), "database": "postgres", "user": "dash",
                "password": "dash", "table": .string(table), "columns": ["n": "n"], "key": "n",
            ]
            let sink = try await Self.sink("postgresql", config, of: pipeline, in: store)
            engine.take(changeOf: "pipeline_sinks", in: team)
            for number in 1...6 { _ = try await engine.ingest(Self.post(pipeline, number)) }
            try await Pause.until("one is a dead letter") {
                try await store.backlog(of: pipeline).contains { $0.dead == 1 && $0.pending == 0 }
            }
            #expect(try await run("SELECT n FROM \(table) ORDER BY added") == ["1", "2", "4", "5", "6"])
            #expect(try await store.backlog(of: pipeline).first?.lastError?.contains("23514") == true)
            _ = try await run("ALTER TABLE \(table) DROP CONSTRAINT \(table)_n_check")
            let reason = DeadLetterFilter(reason: "table refused")
            #expect(try await store.redrive(.sink(sink), matching: reason, now: SystemClock().now) == 1)
            try await Pause.until("it arrives") { try await run("SELECT n FROM \(table)").count == 6 }
        }
        _ = try await run("DROP TABLE \(table)")
    }

    // MARK: An engine on a store of its own

    private func withEngine(_ body: (PipelineEngine, any Store, UUID) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "dash-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = try await SQLiteStore(
            path: folder.appending(path: "dash.sqlite").path,
            sealer: PlainSealer(),
            logger: Self.silent
        )
        try await store.migrate()
        let team = UUID.v7()
        let row = ResourceRow(id: team, values: ["name": "Team", "slug": .string("t-\(team.text.prefix(13))")])
        try await store.apply([.insert(Resources.teams, row)], in: .system)
        let engine = PipelineEngine(
            store: store,
            cache: MemoryCache(),
            pubsub: MemoryPubSub(),
            lease: MemoryLease(),
            components: TestServers.components(),
            deliveries: DeliveryPolicy(
                backoff: Backoff(base: .milliseconds(50), cap: .milliseconds(300)),
                poll: .milliseconds(50)
            ),
            logger: Self.silent
        )
        let group = ServiceGroup(services: engine.services, logger: Self.silent)
        try await withThrowingTaskGroup { tasks in
            tasks.addTask { try await group.run() }
            let outcome = await Result { try await body(engine, store, team) }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            try outcome.get()
        }
        try await store.close()
    }

    private static func pipeline(in store: any Store, _ team: UUID) async throws -> UUID {
        let row = ResourceRow(
            id: .v7(),
            values: [
                "team_id": .string(team.text), "name": "records", "type": "realtime", "source_type": "webhook",
                "source_config": [:],
            ]
        )
        try await store.apply([.insert(Resources.pipelines, row)], in: .system)
        return row.id
    }

    private static func sink(_ type: String, _ config: JSONValue, of pipeline: UUID, in store: any Store) async throws
        -> UUID
    {
        let row = ResourceRow(
            id: .v7(),
            values: ["pipeline_id": .string(pipeline.text), "sink_type": .string(type), "sink_config": config]
        )
        try await store.apply([.insert(Resources.pipelineSinks, row)], in: .system)
        return row.id
    }

    private static func redis(_ port: Int, _ stream: String) -> JSONValue {
        [
            "host": "127.0.0.1", "port": .number(JSONNumber(port)), "password": "s3cret", "stream": .string(stream),
            "timeout_seconds": 1,
        ]
    }

    private static func post(_ pipeline: UUID, _ number: Int) -> IngestRequest {
        IngestRequest(pipeline: pipeline, body: Array("{\"n\":\(number)}".utf8), idempotencyKey: nil)
    }
}
