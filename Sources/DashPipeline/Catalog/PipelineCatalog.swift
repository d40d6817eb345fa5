import DashExchange
import DashJSON
import DashModel
import DashStorage
import FoundationEssentials
import Logging
import ServiceLifecycle
import Synchronization

/// Compiled pipelines by id: loaded when first asked for, once however many ask, forgotten when their rows change.
final class PipelineCatalog: Service {
    private let state = Mutex(CatalogState())
    private let store: any ResourceStore
    private let memories = MappingMemories()
    private let changes: Subscription
    private let logger: Logger

    init(store: any ResourceStore, pubsub: any PubSub, logger: Logger) {
        self.store = store
        self.logger = logger
        // From now on, not from `run()`: nothing that changes while the services start is missed.
        changes = pubsub.subscribe(to: [.resources], buffering: 1_000)
    }

    /// nil when there is no such pipeline.
    func pipeline(_ id: UUID) async throws -> CompiledPipeline? {
        if let pipeline = state.withLock({ $0.present(id) }) { return pipeline }
        while true {
            switch state.withLock({ $0.look(up: id) }) {
            case .found(let pipeline): return pipeline
            case .load(let generation): return try await load(id, generation)
            case .wait:
                await withCheckedContinuation { continuation in
                    if !state.withLock({ $0.wait(for: id, continuation) }) { continuation.resume() }
                }
            }
        }
    }

    /// Takes over a change at once, as the node that made it does.
    func invalidate(team: UUID?) { state.withLock { $0.invalidate(team: team) } }

    func take(changeOf resource: String, in team: UUID?) {
        guard ["pipelines", "pipeline_sinks", "data_mappings", "teams"].contains(resource) else { return }
        invalidate(team: team)
    }

    func run() async throws {
        let changes = changes
        await cancelWhenGracefulShutdown {
            for await element in changes { self.take(element) }
        }
    }

    private func take(_ element: Subscription.Element) {
        switch element {
        case .lagged: invalidate(team: nil)
        case .event(.changed(let resource, _, let team, _)): take(changeOf: resource, in: team)
        case .event(.committed), .event(.advanced): break
        }
    }

    private func load(_ id: UUID, _ generation: UInt64) async throws -> CompiledPipeline? {
        do {
            let pipeline = try await compile(id)
            finish(id, pipeline, failed: false, generation)
            return pipeline
        } catch {
            // Those who wait try for themselves: the error may be the caller's own cancellation.
            finish(id, nil, failed: true, generation)
            throw error
        }
    }

    private func finish(_ id: UUID, _ pipeline: CompiledPipeline?, failed: Bool, _ generation: UInt64) {
        let waiting = state.withLock { $0.finish(id, pipeline, failed: failed, generation: generation) }
        for continuation in waiting { continuation.resume() }
    }

    private func compile(_ id: UUID) async throws -> CompiledPipeline? {
        guard let row = try await store.fetch(Resources.pipelines, id: id, in: .system) else {
            memories.forget(id)
            return nil
        }
        let ownRows = ResourceQuery(filters: [.init("pipeline_id", .eq, .string(id.text))], limit: 200)
        let sinks = try await store.list(Resources.pipelineSinks, ownRows, in: .system).rows
        let mapping = try await store.list(Resources.dataMappings, ownRows, in: .system).rows.first
        let downstream = try await downstream(of: row)
        let lanes = sinks.map { BatchCommit.Lane.sink($0.id) } + downstream.map { BatchCommit.Lane.pipeline($0) }
        let pipeline = CompiledPipeline(row: row, mapping: mapping, lanes: lanes, memories: memories)
        if pipeline == nil { logger.error("a pipeline's row can't be read", metadata: ["pipeline": "\(id.text)"]) }
        return pipeline
    }

    /// The p2p pipelines that read this one. Their configs are sealed, so the team's are read and compared.
    private func downstream(of row: ResourceRow) async throws -> [UUID] {
        guard let team = row.uuid("team_id") else { return [] }
        return try await PipelineLinks.all(of: team, store).filter { $0.upstream == row.id }.map(\.pipeline)
    }
}
