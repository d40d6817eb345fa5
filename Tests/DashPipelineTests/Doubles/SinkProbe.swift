import DashJSON
import DashModel
import DashPipeline
import DashStorage
import FoundationEssentials
import Synchronization

/// A sink that takes what it gets, fails or stalls, as told, and counts.
final class SinkProbe: Sink {
    enum Mode: Sendable {
        case up
        case down(DashError)
        case stalled
    }

    private struct State {
        var mode = Mode.up
        var records: [String] = []
        var ids: [UUID] = []
        var attempts = 0
        var batches: [Int] = []
        var isClosed = false
        var refused: String?
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    func set(_ mode: Mode) {
        let waiting = state.withLock { state in
            state.mode = mode
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    var records: [String] { state.withLock(\.records) }
    var ids: [UUID] { state.withLock(\.ids) }
    var attempts: Int { state.withLock(\.attempts) }
    /// How many deliveries came at once, each time.
    var batches: [Int] { state.withLock(\.batches) }
    var isClosed: Bool { state.withLock(\.isClosed) }

    /// Deliveries with such a record are refused for good.
    func refuse(containing text: String?) { state.withLock { $0.refused = text } }

    func close() async { state.withLock { $0.isClosed = true } }

    func send(_ deliveries: [Delivery]) async throws {
        state.withLock { $0.batches.append(deliveries.count) }
        for delivery in deliveries { try await send(delivery) }
    }

    func send(_ delivery: Delivery) async throws {
        state.withLock { $0.attempts += 1 }
        await withCheckedContinuation { continuation in
            let waits = state.withLock { state in
                guard case .stalled = state.mode else { return false }
                state.waiting.append(continuation)
                return true
            }
            if !waits { continuation.resume() }
        }
        try state.withLock { state in
            if case .down(let error) = state.mode { throw error }
            let texts = (0..<delivery.records.count).map { String(decoding: delivery.records[$0], as: UTF8.self) }
            if let refused = state.refused, texts.contains(where: { $0.contains(refused) }) {
                throw DashError(.invalid, "refused")
            }
            state.ids.append(delivery.id)
            for index in 0..<delivery.records.count {
                state.records.append(String(decoding: delivery.records[index], as: UTF8.self))
            }
        }
    }

    func kind(_ name: String, batching: SinkBatching? = nil) -> SinkKind {
        SinkKind(name: name, title: name, summary: "", fields: [], batching: batching, make: { _ in self })
    }
}
