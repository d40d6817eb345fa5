import DashJobs
import DashModel
import DashStorage
import Synchronization

/// Tells the delivery lanes of this node which of them have something new.
final class LaneSignals: Sendable {
    private let woken = Mutex<Set<BatchCommit.Lane>>([])
    private let signal = WakeSignal()

    func wake(_ lanes: Set<BatchCommit.Lane>) {
        guard !lanes.isEmpty else { return }
        woken.withLock { $0.formUnion(lanes) }
        signal.wake()
    }

    /// Without news of a lane: looks again.
    func wake() { signal.wake() }

    func wait(for timeout: Duration) async { await signal.wait(for: timeout) }

    func take() -> Set<BatchCommit.Lane> {
        woken.withLock { woken in
            defer { woken = [] }
            return woken
        }
    }
}
