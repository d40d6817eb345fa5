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

@testable import DashConnectors

/// The engine with real sinks on a store of its own, and a realtime pipeline.
struct LaneScene: Sendable {
    let engine: PipelineEngine
    let pubsub: any PubSub
    let store: Store
    let team: UUID
    let pipeline: UUID
    let files: String

    private static let silent = Logger(label: "silent") { _ in SwiftLogNoOpLogHandler() }

    /// Lends a scene whose lanes try again quickly.
    static func with(budget: Duration = .seconds(3_600), _ body: (LaneScene) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "dash-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = try await SQLiteEngine(
            path: folder.appending(path: "dash.sqlite").path,
            sealer: PlainSealer(),
            logger: silent
        ).store
        try await store.engine.migrate()
        let (team, pipeline) = (UUID.v7(), UUID.v7())
        let rows: [(Resource, UUID, [String: JSONValue])] = [
            (Resources.teams, team, ["name": "Team", "slug": .string("t-\(team.text.prefix(13))")]),
            (
                Resources.pipelines, pipeline,
                [
                    "team_id": .string(team.text), "name": "records", "type": "realtime", "source_type": "webhook",
                    "source_config": [:],
                ]
            ),
        ]
        for (resource, id, values) in rows {
            try await store.resources.apply([.insert(resource, ResourceRow(id: id, values: values))], in: .system)
        }
        let files = folder.appending(path: "files").path
        let pubsub = MemoryPubSub()
        let engine = PipelineEngine(
            store: store,
            cache: MemoryCache(),
            pubsub: pubsub,
            lease: MemoryLease(),
            components: TestServers.components(files: files),
            deliveries: DeliveryPolicy(
                backoff: Backoff(base: .milliseconds(50), cap: .milliseconds(300)),
                budget: budget,
                poll: .milliseconds(50)
            ),
            commitPatience: .seconds(600),
            logger: silent
        )
        let scene = LaneScene(
            engine: engine,
            pubsub: pubsub,
            store: store,
            team: team,
            pipeline: pipeline,
            files: files
        )
        let group = ServiceGroup(services: engine.services, logger: silent)
        try await withThrowingTaskGroup { tasks in
            tasks.addTask { try await group.run() }
            let outcome = await Result { try await body(scene) }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            try outcome.get()
        }
        try await store.engine.close()
    }

    @discardableResult
    func addSink(_ type: String, _ config: JSONValue) async throws -> UUID {
        let row = ResourceRow(
            id: .v7(),
            values: ["pipeline_id": .string(pipeline.text), "sink_type": .string(type), "sink_config": config]
        )
        try await store.resources.apply([.insert(Resources.pipelineSinks, row)], in: .system)
        engine.take(changeOf: "pipeline_sinks", in: team)
        return row.id
    }

    /// A polling pipeline that is due every second.
    func addPipeline(source: String, _ config: JSONValue) async throws -> UUID {
        let row = ResourceRow(
            id: .v7(),
            values: [
                "team_id": .string(team.text), "name": .string(source), "type": "polling",
                "source_type": .string(source), "source_config": config, "interval_seconds": 1,
            ]
        )
        try await store.resources.apply([.insert(Resources.pipelines, row)], in: .system)
        engine.take(changeOf: "pipelines", in: team)
        try await pubsub.publish(
            .changed(resource: "pipelines", id: row.id, team: team, parent: nil),
            to: .resources
        )
        return row.id
    }

    /// One post for each number. The padding makes the records larger.
    func post(_ numbers: ClosedRange<Int>, padding: Int = 0) async throws {
        let pad = String(repeating: "x", count: padding)
        for number in numbers {
            let body = Array("{\"n\":\(number),\"pad\":\"\(pad)\"}".utf8)
            _ = try await engine.ingest(IngestRequest(pipeline: pipeline, body: body, idempotencyKey: nil))
        }
    }

    func lane(of sink: UUID) async throws -> LaneBacklog? {
        try await store.deliveries.backlog(of: pipeline).first { $0.lane == .sink(sink) }
    }

    func status(of sink: UUID) async throws -> String? {
        try await store.resources.fetch(Resources.pipelineSinks, id: sink, in: .system)?.string("status")
    }

    /// The numbers in a file sink's file.
    func numbers(in file: String) throws -> [Int] {
        let text = (try? String(contentsOfFile: "\(files)/\(team.text)/\(file)", encoding: .utf8)) ?? ""
        return text.split(separator: "\n").compactMap(TestServers.number)
    }
}
