import DashExchange
import DashJSON
import DashJobs
import DashModel
import DashSQLite
import DashStorage
import Foundation
import Logging
import ServiceLifecycle
import Testing

@testable import DashPipeline

/// An engine on a real store in a folder of its own, with one team.
struct EngineHarness {
    let store: Store
    let pubsub: MemoryPubSub
    let cache: MemoryCache
    let engine: PipelineEngine
    let team: UUID

    static let realtime = SourceKind(
        name: "webhook",
        title: "",
        summary: "",
        pipelineType: "realtime",
        fields: [ConfigField("records", .jsonPath)]
    )
    static let p2p = SourceKind(
        name: "pipeline",
        title: "",
        summary: "",
        pipelineType: "p2p",
        fields: [ConfigField("pipeline_id", .pipeline, required: true)]
    )

    /// Leases and transactions that no busy machine takes too long for.
    private static let patience = Duration.seconds(600)

    static let quickDeliveries = DeliveryPolicy(
        backoff: Backoff(base: .milliseconds(20), cap: .milliseconds(100)),
        poll: .milliseconds(50)
    )

    /// Runs `body` while the engine's services run.
    static func run(
        sources: [SourceKind] = [],
        sinks: [SinkKind] = [],
        _ body: (EngineHarness) async throws -> Void
    ) async throws {
        try await withStore { store, team in
            try await EngineHarness(store, team, sources: sources, sinks: sinks).running(body)
        }
    }

    static func withStore(_ body: (Store, UUID) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "dash-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let logger = Logger(label: "store") { _ in SwiftLogNoOpLogHandler() }
        let store = try await SQLiteEngine(
            path: folder.appending(path: "dash.sqlite").path,
            sealer: PlainSealer(),
            logger: logger
        ).store
        try await store.engine.migrate()
        let team = UUID.v7()
        let row = ResourceRow(id: team, values: ["name": "Team", "slug": .string("t-\(team.text.prefix(13))")])
        try await store.resources.apply([.insert(Resources.teams, row)], in: .system)
        do {
            try await body(store, team)
        } catch {
            try await store.engine.close()
            throw error
        }
        try await store.engine.close()
    }

    init(
        _ store: Store,
        _ team: UUID,
        sources: [SourceKind] = [],
        sinks: [SinkKind] = [],
        objects: (any ObjectStore)? = nil,
        uploadLimits: UploadLimits = UploadLimits()
    ) {
        self.store = store
        self.team = team
        pubsub = MemoryPubSub()
        cache = MemoryCache()
        engine = PipelineEngine(
            store: store,
            cache: cache,
            pubsub: pubsub,
            lease: MemoryLease(),
            components: Components(sources: [Self.realtime, Self.p2p] + sources, sinks: sinks),
            deliveries: Self.quickDeliveries,
            objects: objects,
            uploadLimits: uploadLimits,
            jobTiming: JobRunner.Timing(lease: Self.patience, poll: .milliseconds(50)),
            commitPatience: Self.patience,
            logger: Logger(label: "engine") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    func running(_ body: (EngineHarness) async throws -> Void) async throws {
        let group = ServiceGroup(
            services: engine.services,
            logger: Logger(label: "services") { _ in SwiftLogNoOpLogHandler() }
        )
        try await withThrowingTaskGroup { tasks in
            tasks.addTask { try await group.run() }
            do {
                try await body(self)
            } catch {
                await group.triggerGracefulShutdown()
                throw error
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    /// Saves a row as the API does: write, then tell.
    @discardableResult
    func save(_ resource: Resource, _ row: ResourceRow, isNew: Bool = true) async throws -> UUID {
        try await store.resources.apply([isNew ? .insert(resource, row) : .update(resource, row)], in: .system)
        engine.catalog.invalidate(team: team)
        try await pubsub.publish(
            .changed(resource: resource.name, id: row.id, team: team, parent: row.uuid("pipeline_id")),
            to: .resources
        )
        return row.id
    }

    func pipeline(
        type: String = "realtime",
        source: String = "webhook",
        config: JSONValue = [:],
        _ others: [String: JSONValue] = [:]
    ) async throws -> UUID {
        try await save(
            Resources.pipelines,
            Rows.pipeline(team: team, type: type, source: source, config: config, others)
        )
    }

    /// As the API does it.
    func pause(_ pipeline: UUID) async throws {
        let paused = ResourceRow(id: pipeline, values: ["status": "paused", "next_run_at": .null])
        try await save(Resources.pipelines, paused, isNew: false)
    }

    func resume(_ pipeline: UUID) async throws {
        engine.forgetFailures(of: pipeline)
        let resumed = ResourceRow(id: pipeline, values: ["status": "active", "failure_count": 0])
        try await save(Resources.pipelines, resumed, isNew: false)
    }

    func row(_ pipeline: UUID) async throws -> ResourceRow {
        try #require(try await store.resources.fetch(Resources.pipelines, id: pipeline, in: .system))
    }

    func rows(_ resource: Resource, of pipeline: UUID) async throws -> [ResourceRow] {
        let filter = ResourceQuery.Filter("pipeline_id", .eq, .string(pipeline.text))
        return try await store.resources.list(resource, ResourceQuery(filters: [filter], limit: 500), in: .system).rows
    }

    func post(_ pipeline: UUID, _ body: String, key: String? = nil) async throws -> IngestReceipt {
        try await engine.ingest(IngestRequest(pipeline: pipeline, body: Array(body.utf8), idempotencyKey: key))
    }

    func stored(_ pipeline: UUID) async throws -> [String] {
        try await store.records.latest(of: pipeline, limit: 100_000, now: SystemClock().now)
            .map { String(decoding: $0.data, as: UTF8.self) }
    }

    func expectBalance(_ pipeline: UUID, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let ledger = try await store.commits.ledger(of: pipeline)
        #expect(ledger.difference == 0, "\(ledger)", sourceLocation: sourceLocation)
    }
}
