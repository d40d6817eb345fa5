import Synchronization

/// What clients sent and what was acknowledged to them: the truth that a store is compared with.
final class Oracle: Sendable {
    private struct State {
        var sent: Set<String> = []
        var acknowledged: Set<String> = []
        var unanswered: [String: [String]] = [:]
    }

    private let state = Mutex(State())

    var sent: Set<String> { state.withLock(\.sent) }
    var acknowledged: Set<String> { state.withLock(\.acknowledged) }
    var acknowledgedCount: Int { state.withLock(\.acknowledged.count) }
    /// Posts with a key that got no answer, by key.
    var unanswered: [String: [String]] { state.withLock(\.unanswered) }

    func send(_ ids: [String], key: String?) {
        state.withLock { state in
            state.sent.formUnion(ids)
            if let key { state.unanswered[key] = ids }
        }
    }

    func acknowledge(_ ids: [String], key: String?) {
        state.withLock { state in
            state.acknowledged.formUnion(ids)
            if let key { state.unanswered[key] = nil }
        }
    }
}
