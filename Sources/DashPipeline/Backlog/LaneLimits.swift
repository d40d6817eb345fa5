import DashModel
import DashStorage
import FoundationEssentials
import Synchronization

/// Knows which pipelines may not take more, as one of their lanes holds all it may. Looks at the store now and then: a
/// limit may be passed by what comes in between.
final class LaneLimits: Sendable {
    /// A lane below this can't be over a limit, which is at least a megabyte.
    private static let smallest: Int64 = 1 << 20
    private static let pause = Duration.seconds(3)

    private struct State {
        var full: [UUID: DashError] = [:]
        var nextLook = ContinuousClock.now
    }

    private let store: Store
    private let state = Mutex(State())

    init(store: Store) { self.store = store }

    /// Throws `DashError` `.unavailable` when the pipeline has to wait for a sink.
    func check(_ pipeline: UUID) throws {
        if let error = state.withLock({ $0.full[pipeline] }) { throw error }
    }

    /// Looks, unless it did a moment ago.
    func refresh() async throws {
        guard ContinuousClock.now >= state.withLock(\.nextLook) else { return }
        let started = ContinuousClock.now
        var full: [UUID: DashError] = [:]
        for load in try await store.deliveries.loads() where load.bytes >= Self.smallest {
            guard let limit = try await limit(of: load.lane), load.bytes >= limit else { continue }
            full[load.pipeline] = DashError(
                .unavailable,
                "A sink of the pipeline is behind: \(load.bytes >> 20) MB wait for it, and it may hold \(limit >> 20) MB. "
                    + "Nothing was stored.",
                retryAfter: .seconds(30)
            )
        }
        state.withLock { state in
            state.full = full
            // Long backlogs take a while to add up; that must stay a small part of the time.
            state.nextLook = .now + max(Self.pause, (.now - started) * 20)
        }
    }

    private func limit(of lane: BatchCommit.Lane) async throws -> Int64? {
        guard case .sink(let id) = lane else { return LaneSettings.usualLimit }
        guard let row = try await store.resources.fetch(Resources.pipelineSinks, id: id, in: .system) else {
            return nil
        }
        return LaneSettings(row["sink_config"], batching: nil).storageLimit
    }
}
