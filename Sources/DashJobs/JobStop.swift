import DashModel
import Synchronization

/// Stops one running job from outside, once, for one reason.
final class JobStop: Sendable {
    enum Reason: Sendable {
        case leaseLost, shutdown
    }

    private let stopped = Mutex<Reason?>(nil)
    private let signal = WakeSignal()

    var reason: Reason? { stopped.withLock { $0 } }

    func stop(_ reason: Reason) {
        stopped.withLock { $0 = $0 ?? reason }
        signal.wake()
    }

    func wait() async { await signal.wait() }
}
