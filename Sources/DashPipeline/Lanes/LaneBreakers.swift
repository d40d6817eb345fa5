import DashStorage
import Synchronization

/// Counts the refusals of each lane's target in a row. A target that refuses everything is more likely set up wrongly
/// than sent wrong records, so from then on its deliveries wait instead of becoming dead letters.
final class LaneBreakers: Sendable {
    /// So many deliveries are given up before the lane waits.
    static let threshold = 5

    private let refusals = Mutex<[BatchCommit.Lane: Int]>([:])

    func isOpen(_ lane: BatchCommit.Lane) -> Bool { refusals.withLock { $0[lane, default: 0] >= Self.threshold } }
    func refused(_ lane: BatchCommit.Lane) { refusals.withLock { $0[lane, default: 0] += 1 } }
    func delivered(_ lane: BatchCommit.Lane) { refusals.withLock { $0[lane] = nil } }
}
