import DashModel
import FoundationEssentials
import Synchronization

/// What this node knows of its polls: which are running, and which are given a rest.
package final class PollStates: Sendable {
    private struct State {
        var isRunning = false
        var restsUntil: Timestamp?

        var isIdle: Bool { !isRunning && restsUntil == nil }
    }

    private let states = Mutex<[UUID: State]>([:])

    package init() {}

    func hindrance(of pipeline: UUID, now: Timestamp) -> PollPlan.Hindrance? {
        states.withLock { states in
            guard !states.isEmpty, let state = states[pipeline] else { return nil }
            if let until = state.restsUntil, until > now { return .resting }
            return state.isRunning ? .busy : nil
        }
    }

    /// False while another run of the pipeline is going.
    func begin(_ pipeline: UUID) -> Bool {
        states.withLock { states in
            if states[pipeline]?.isRunning == true { return false }
            states[pipeline, default: State()].isRunning = true
            return true
        }
    }

    func end(_ pipeline: UUID) {
        change(pipeline) { $0.isRunning = false }
    }

    func rest(_ pipeline: UUID, until: Timestamp?) { change(pipeline) { $0.restsUntil = until } }

    private func change(_ pipeline: UUID, _ body: (inout State) -> Void) {
        states.withLock { states in
            var state = states[pipeline] ?? State()
            body(&state)
            states[pipeline] = state.isIdle ? nil : state
        }
    }
}
