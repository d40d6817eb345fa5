import DashConnectors
import Dispatch
import NIOCore
import Synchronization

/// Does not answer for names that begin with `slow`, until it is released, and counts who waits. Like the system's, the
/// call blocks.
final class StallingNames: NameService {
    private struct State {
        var stalled = 0
        var peak = 0
        var asked: [String] = []
    }

    private let gate = DispatchGroup()
    private let state = Mutex(State())

    init() { gate.enter() }

    /// Answers everybody from now on.
    func release() { gate.leave() }

    var stalled: Int { state.withLock { $0.stalled } }
    var peak: Int { state.withLock { $0.peak } }
    var asked: [String] { state.withLock { $0.asked } }

    func lookUp(_ host: String) -> NameAnswer {
        state.withLock { $0.asked.append(host) }
        if host.hasPrefix("none") { return .none }
        if host.hasPrefix("broken") { return .failed("its name server does not answer") }
        if host.hasPrefix("slow") {
            state.withLock { state in
                state.stalled += 1
                state.peak = max(state.peak, state.stalled)
            }
            gate.wait()
            state.withLock { $0.stalled -= 1 }
        }
        return (try? SocketAddress(ipAddress: "192.0.2.1", port: 0)).map { .found([$0]) } ?? .none
    }
}
