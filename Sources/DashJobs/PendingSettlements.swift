import DashStorage
import Synchronization

/// What ended and is not settled yet. While one transaction settles, more gathers; the next takes all of it.
final class PendingSettlements: Sendable {
    private struct State {
        var settlements: [JobSettlement] = []
        var isSettling = false
    }

    private let state = Mutex(State())

    /// True: nobody settles at the moment, so the caller has to, until `next()` has no more.
    func add(_ settlements: [JobSettlement]) -> Bool {
        state.withLock { state in
            state.settlements += settlements
            if state.isSettling || state.settlements.isEmpty { return false }
            state.isSettling = true
            return true
        }
    }

    /// The next transaction's worth; nil: all is done and the caller is released.
    func next() -> [JobSettlement]? {
        state.withLock { state in
            guard !state.settlements.isEmpty else {
                state.isSettling = false
                return nil
            }
            defer { state.settlements = [] }
            return state.settlements
        }
    }
}
