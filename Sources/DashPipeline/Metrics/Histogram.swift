import DashModel
import Synchronization

/// How often values fell under each of a few bounds.
public final class Histogram: Sendable {
    struct Snapshot: Sendable {
        var counts: [Int]
        var sum: Double
    }

    let bounds: [Double]
    private let state: Mutex<Snapshot>

    init(bounds: [Double]) {
        self.bounds = bounds
        state = Mutex(Snapshot(counts: Array(repeating: 0, count: bounds.count + 1), sum: 0))
    }

    public func observe(_ value: Double) {
        let index = bounds.firstIndex { value <= $0 } ?? bounds.count
        state.withLock {
            $0.counts[index] += 1
            $0.sum += value
        }
    }

    /// In seconds.
    public func observe(_ duration: Duration) { observe(Double(duration.microseconds) / 1_000_000) }

    var snapshot: Snapshot { state.withLock { $0 } }
}
