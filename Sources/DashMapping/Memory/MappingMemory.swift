import DashModel
import Synchronization

/// What a pipeline's mapping remembers between batches: the keys of `deduplicate` steps and `unique` rules.
///
/// A batch claims keys under a ticket. They are kept when the batch is saved and released when it is not, so that what
/// a sender repeats after a failure is not taken for a duplicate. Each node remembers what it has seen itself, in
/// memory: a restart forgets, and nodes don't share.
public final class MappingMemory: Sendable {
    private struct Claim {
        var window: Int
        var key: KeyPrint
    }

    private struct State {
        var windows: [KeyWindow]
        var lastTicket = 0
        /// Claims of the batches that are not saved yet.
        var open: [Int: [Claim]] = [:]
        var waiting: [Int: [CheckedContinuation<Void, Never>]] = [:]
    }

    let keys: [RememberedKeys]
    private let state: Mutex<State>

    init(_ keys: [RememberedKeys]) {
        self.keys = keys
        state = Mutex(State(windows: keys.map { KeyWindow($0.limits) }))
    }

    /// A ticket for a batch; it must be settled.
    func begin() -> Int {
        state.withLock { state in
            state.lastTicket += 1
            state.open[state.lastTicket] = []
            return state.lastTicket
        }
    }

    func claim(_ key: KeyPrint, in window: Int, at now: Timestamp, for ticket: Int) -> KeyWindow.Answer {
        state.withLock { state in
            let answer = state.windows[window].claim(key, at: now.microseconds, for: ticket)
            if answer == .new { state.open[ticket]?.append(Claim(window: window, key: key)) }
            return answer
        }
    }

    /// How many keys a batch has claimed so far.
    func claims(of ticket: Int) -> Int { state.withLock { $0.open[ticket]?.count ?? 0 } }

    /// Gives back what a batch has claimed beyond the first `count` keys, for a record that is not stored after all.
    func release(_ ticket: Int, beyond count: Int) {
        state.withLock { state in
            let claims = state.open[ticket] ?? []
            for claim in claims.dropFirst(count) { state.windows[claim.window].release(claim.key, of: ticket) }
            state.open[ticket] = Array(claims.prefix(count))
        }
    }

    /// Ends a batch: its keys are remembered if it was saved, else they are as if they had never come.
    public func settle(_ ticket: Int, saved: Bool) {
        let waiting = state.withLock { state in
            for claim in state.open.removeValue(forKey: ticket) ?? [] {
                if saved {
                    state.windows[claim.window].keep(claim.key, of: ticket)
                } else {
                    state.windows[claim.window].release(claim.key, of: ticket)
                }
            }
            return state.waiting.removeValue(forKey: ticket) ?? []
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Returns when a batch has been settled.
    public func settled(_ ticket: Int) async {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                guard state.open[ticket] != nil else { return true }
                state.waiting[ticket, default: []].append(continuation)
                return false
            }
            if isOver { continuation.resume() }
        }
    }

    /// Keys that are remembered at the moment.
    public var count: Int { state.withLock { $0.windows.reduce(0) { $0 + $1.count } } }
}
