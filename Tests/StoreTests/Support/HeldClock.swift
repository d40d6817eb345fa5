import DashModel
import Synchronization

/// A clock that stands still until a test moves it.
final class HeldClock: WallClock {
    private let time: Mutex<Timestamp>

    init(_ time: Timestamp = Timestamp(seconds: 1_790_000_000)) { self.time = Mutex(time) }

    var now: Timestamp { time.withLock { $0 } }
    func advance(_ duration: Duration) { time.withLock { $0 = $0 + duration } }
}
