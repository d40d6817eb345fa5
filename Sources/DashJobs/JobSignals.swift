public import DashModel
import Synchronization

/// The wake signals of this node's queues, by name: whoever enqueues wakes the runner without waiting for its poll.
public final class JobSignals: Sendable {
    private let signals = Mutex<[String: WakeSignal]>([:])

    public init() {}

    public subscript(_ queue: String) -> WakeSignal {
        signals.withLock { signals in
            if let signal = signals[queue] { return signal }
            let signal = WakeSignal()
            signals[queue] = signal
            return signal
        }
    }

    public func wakeAll() {
        for signal in signals.withLock({ Array($0.values) }) { signal.wake() }
    }
}
