import DashModel
import Synchronization

/// The time of day, which stands still until a test moves it.
final class TurnedWallClock: WallClock {
    private let time = Mutex(Timestamp(seconds: 1_790_000_000))

    var now: Timestamp { time.withLock { $0 } }
    func advance(_ duration: Duration) { time.withLock { $0 = $0 + duration } }
}
