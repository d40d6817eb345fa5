import DashModel
import Synchronization

/// A clock that stands still until it is moved.
final class ManualClock: WallClock {
    private let time = Mutex(Timestamp(seconds: 1_795_000_000))

    var now: Timestamp { time.withLock { $0 } }

    func advance(by duration: Duration) { time.withLock { $0 = $0 + duration } }
}
