import DashJSON
import DashModel
import DashStorage
import FoundationEssentials
import Synchronization

/// Finds the target of a lane; a sink is made once, kept while its config stands, and closed after.
final class LaneTargets: Sendable {
    private struct Made {
        var type: String
        var config: JSONValue
        var sink: any Sink
        var settings: LaneSettings
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
                await forget(id)
                return nil
            }
            guard row.string("status") != "paused" else {
                await forget(id)
                return nil
            }
            return try await sink(row)
        }
    }

    /// Ends the connections of all sinks; one that is asked for later is made anew.
    func closeAll() async {
        let all = made.withLock { made in
            defer { made = [:] }
            return made.values.map(\.sink)
        }
        for sink in all { await sink.close() }
    }

    private func forget(_ id: UUID) async {
        await made.withLock { $0.removeValue(forKey: id) }?.sink.close()
    }

    private func sink(_ row: ResourceRow) async throws -> LaneTarget {
        if let reason = row.unreadable["sink_config"] { throw DashError(.unavailable, reason) }
        let (type, config) = (row.string("sink_type") ?? "", row["sink_config"])
        if let kept = made.withLock({ $0[row.id] }) {
            if kept.type == type, kept.config == config { return .sink(kept.sink, row, kept.settings) }
            await forget(row.id)
        }
        guard let kind = components.sink(type) else {
            throw DashError(.unavailable, "this server has no sink \"\(type)\"")
        }
        let settings = LaneSettings(config, batching: kind.batching)
        let sink = try kind.make(config)
        made.withLock { $0[row.id] = Made(type: type, config: config, sink: sink, settings: settings) }
        return .sink(sink, row, settings)
    }
}
