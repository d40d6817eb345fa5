import DashJSON
import DashModel
import DashStorage
import Foundation
import TestSupport
import Testing

@testable import DashConnectors

/// Records that a real server refuses or can't take, on to dead letters and back.
@Suite struct SinkJourneyTests {
    @Test(.enabled(if: TestServers.redis != nil)) func whatOutlivesItsBudgetIsSentAgainLater() async throws {
        try await SinkBackend.redis { backend in
            try await LaneScene.with(budget: .zero) { scene in
                let sink = try await scene.addSink("redis", backend.patientConfig)
                backend.proxy.set(.down)
                try await scene.post(1...3)
                try await eventually("all are given up") {
                    try await scene.lane(of: sink).map { $0.dead == 3 && $0.pending == 0 } ?? false
                }
                let reason = try await scene.lane(of: sink)?.lastError ?? ""
                #expect(reason.hasPrefix("given up after 5 tries:"), "\(reason)")
                let letters = try await scene.store.resources.list(
                    Resources.deliveries,
                    ResourceQuery(filters: [.init("status", .eq, "dead")], sort: [.init("first_record_id")]),
                    in: .system
                ).rows
                #expect(letters.map { $0["attempt_history"].arrayValue?.count } == [5, 5, 5], "each try is kept")

                backend.proxy.set(.up)
                let first = try #require(letters.first)
                let middle = DeadLetterFilter(reason: "GIVEN UP", to: first.timestamp("received_at"))
                #expect(try await redrive(sink, middle, scene) == 0, "none is older than the first")
                #expect(try await redrive(sink, DeadLetterFilter(delivery: first.id), scene) == 1)
                try await eventually("the first arrives") { try await backend.received() == [1] }
                #expect(try await redrive(sink, DeadLetterFilter(reason: "given up"), scene) == 2)
                try await eventually("all arrive") { try await backend.received() == [1, 2, 3] }
                try await eventually("nothing is left") { try await scene.lane(of: sink) == nil }
            }
        }
    }

    @Test(.enabled(if: TestServers.redis != nil)) func aPausedSinkGetsEverythingLater() async throws {
        try await SinkBackend.redis { backend in
            try await LaneScene.with { scene in
                let sink = try await scene.addSink("redis", backend.patientConfig)
                try await scene.post(1...2)
                try await eventually("it flows") { try await backend.received() == [1, 2] }
                try await set(sink, "paused", scene)
                try await scene.addSink("file", ["path": "neighbour.ndjson"])
                try await scene.post(3...5)
                try await eventually("the neighbour flows") { try scene.numbers(in: "neighbour.ndjson") == [3, 4, 5] }
                #expect(try await backend.received() == [1, 2])
                #expect(try await scene.lane(of: sink)?.pending == 3)
                try await set(sink, "active", scene)
                try await eventually("it flows again") { try await backend.received() == Array(1...5) }
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
                        patience: .seconds(60)
                    )
                },
                { try $0.run(statement) }
            )
        }
        _ = try await run("CREATE TABLE \(table) (n bigint PRIMARY KEY CHECK (n <> 3), added serial)")
        try await LaneScene.with { scene in
            let sink = try await scene.addSink(
                "postgresql",
                [
                    "host": "127.0.0.1", "port": .number(JSONNumber(port)), "database": "postgres", "user": "dash",
                    "password": "dash", "table": .string(table), "columns": ["n": "n"], "key": "n",
                ]
            )
            try await scene.post(1...6)
            try await eventually("one is a dead letter") {
                try await scene.lane(of: sink).map { $0.dead == 1 && $0.pending == 0 } ?? false
            }
            #expect(try await run("SELECT n FROM \(table) ORDER BY added") == ["1", "2", "4", "5", "6"])
            #expect(try await scene.lane(of: sink)?.lastError?.contains("23514") == true)
            _ = try await run("ALTER TABLE \(table) DROP CONSTRAINT \(table)_n_check")
            #expect(try await redrive(sink, DeadLetterFilter(reason: "table refused"), scene) == 1)
            try await eventually("it arrives") { try await run("SELECT n FROM \(table)").count == 6 }
        }
        _ = try await run("DROP TABLE \(table)")
    }

    private func redrive(_ sink: UUID, _ filter: DeadLetterFilter, _ scene: LaneScene) async throws -> Int {
        try await scene.store.deliveries.redrive(.sink(sink), matching: filter, now: SystemClock().now)
    }

    private func set(_ sink: UUID, _ status: String, _ scene: LaneScene) async throws {
        let row = ResourceRow(id: sink, values: ["status": .string(status)])
        try await scene.store.resources.apply([.update(Resources.pipelineSinks, row)], in: .system)
    }
}
