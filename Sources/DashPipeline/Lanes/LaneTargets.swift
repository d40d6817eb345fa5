import DashJSON
import DashModel
import DashStorage
import FoundationEssentials
import Synchronization

/// Finds the target of a lane; a sink is made once and kept while its config stands.
final class LaneTargets: Sendable {
    private struct Made {
        var type: String
        var config: JSONValue
        var sink: any Sink
    }

    private let store: any ResourceStore
    private let catalog: PipelineCatalog
    private let components: Components
    private let made = Mutex<[UUID: Made]>([:])

    init(store: any ResourceStore, catalog: PipelineCatalog, components: Components) {
        self.store = store
        self.catalog = catalog
        self.components = components
    }

    /// nil while the target is paused or when it is gone: its deliveries wait, or go with it.
    func target(of lane: BatchCommit.Lane) async throws -> LaneTarget? {
        switch lane {
        case .pipeline(let id):
            guard let pipeline = try await catalog.pipeline(id), pipeline.status != .paused else { return nil }
            return .pipeline(pipeline)
        case .sink(let id):
            guard let row = try await store.fetch(Resources.pipelineSinks, id: id, in: .system) else {
                made.withLock { $0[id] = nil }
                return nil
            }
            guard row.string("status") != "paused" else { return nil }
            return .sink(try sink(row), row)
        }
    }

    private func sink(_ row: ResourceRow) throws -> any Sink {
        let (type, config) = (row.string("sink_type") ?? "", row["sink_config"])
        if let kept = made.withLock({ $0[row.id] }), kept.type == type, kept.config == config { return kept.sink }
        guard let kind = components.sink(type) else {
            throw DashError(.unavailable, "this server has no sink \"\(type)\"")
        }
        let sink = try kind.make(config)
        made.withLock { $0[row.id] = Made(type: type, config: config, sink: sink) }
        return sink
    }
}
