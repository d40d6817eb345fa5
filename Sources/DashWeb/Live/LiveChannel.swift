import Synchronization

/// Everybody who looks at one dashboard or one pipeline's tail, and what they are shown.
final class LiveChannel: Sendable {
    private struct State {
        var log: LiveLog
        var viewers: [ObjectIdentifier: LiveViewer] = [:]
        var isClosed = false
    }

    private let state: Mutex<State>

    init(_ log: LiveLog) { state = Mutex(State(log: log)) }

    var viewerCount: Int { state.withLock { $0.viewers.count } }
    var position: LivePosition { state.withLock { $0.log.position } }

    /// False when the channel has ended; ask for a new one.
    func add(_ viewer: LiveViewer) -> Bool {
        state.withLock { state in
            guard !state.isClosed else { return false }
            state.viewers[ObjectIdentifier(viewer)] = viewer
            return true
        }
    }

    func remove(_ viewer: LiveViewer) {
        _ = state.withLock { $0.viewers.removeValue(forKey: ObjectIdentifier(viewer)) }
    }

    /// Changes what is shown and wakes everybody.
    func update(_ change: (inout LiveLog) -> Void) {
        let viewers = state.withLock { state in
            change(&state.log)
            return Array(state.viewers.values)
        }
        for viewer in viewers { viewer.wake() }
    }

    func frames(after position: LivePosition?) -> [LiveFrame] {
        state.withLock { $0.log.frames(after: position) }
    }

    func beat() {
        for viewer in state.withLock({ Array($0.viewers.values) }) { viewer.beat() }
    }

    /// Ends the streams of those viewers.
    func close(where matches: (LiveAudience) -> Bool) {
        let viewers = state.withLock { state in state.viewers.values.filter { matches($0.audience) } }
        for viewer in viewers { viewer.close() }
    }

    /// Ends all streams and takes no new viewers.
    func close() {
        state.withLock { $0.isClosed = true }
        close { _ in true }
    }

    /// Ends the channel when nobody looks any more; false when somebody does.
    func closeIfUnwatched() -> Bool {
        state.withLock { state in
            guard state.viewers.isEmpty else { return false }
            state.isClosed = true
            return true
        }
    }
}
