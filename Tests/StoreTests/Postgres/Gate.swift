import Dispatch
import Synchronization

/// Holds up the thread that comes to it until it is opened.
final class Gate: Sendable {
    private let semaphore = DispatchSemaphore(value: 0)
    private let wasReached = Mutex(false)

    var isReached: Bool { wasReached.withLock { $0 } }

    func wait() {
        wasReached.withLock { $0 = true }
        semaphore.wait()
    }

    func open() { semaphore.signal() }
}
