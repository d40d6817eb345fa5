import DashModel
import DashStorage

/// Which lanes have a worker. A lane that gets news while its worker is about to end is gone over once more.
struct LaneTable {
    private var hasNews: [BatchCommit.Lane: Bool] = [:]
    /// Lanes whose deliveries wait to become a batch.
    private var gathering: Set<BatchCommit.Lane> = []
    /// Lanes whose oldest delivery waits for its next try.
    private var retrying: [BatchCommit.Lane: Timestamp] = [:]

    var isEmpty: Bool { hasNews.isEmpty }

    /// Whether news of what was stored can wait for the next look at the store.
    func holdsBack(_ lane: BatchCommit.Lane, now: Timestamp) -> Bool {
        if gathering.contains(lane) { return true }
        guard let until = retrying[lane] else { return false }
        return until > now
    }

    /// True when a worker is to be started.
    mutating func start(_ lane: BatchCommit.Lane) -> Bool {
        guard hasNews[lane] == nil else {
            hasNews[lane] = true
            return false
        }
        hasNews[lane] = false
        return true
    }

    /// True when the worker is to go on.
    mutating func finish(_ lane: BatchCommit.Lane, now: Timestamp) -> Bool {
        guard hasNews[lane] == true, !holdsBack(lane, now: now) else {
            hasNews[lane] = nil
            return false
        }
        hasNews[lane] = false
        return true
    }

    mutating func note(_ progress: LaneProgress, of lane: BatchCommit.Lane) {
        gathering.remove(lane)
        retrying[lane] = nil
        switch progress {
        case .waiting: break
        case .gathering: gathering.insert(lane)
        case .retrying(let until): retrying[lane] = until
        }
    }
}
