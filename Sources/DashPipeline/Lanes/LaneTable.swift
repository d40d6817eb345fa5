import DashStorage

/// Which lanes have a worker. A lane that gets news while its worker is about to end is gone over once more.
struct LaneTable {
    private var hasNews: [BatchCommit.Lane: Bool] = [:]
    /// Lanes whose deliveries wait to become a batch.
    private(set) var gathering: Set<BatchCommit.Lane> = []

    var isEmpty: Bool { hasNews.isEmpty }

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
    mutating func finish(_ lane: BatchCommit.Lane) -> Bool {
        guard hasNews[lane] == true, !gathering.contains(lane) else {
            hasNews[lane] = nil
            return false
        }
        hasNews[lane] = false
        return true
    }

    mutating func note(_ progress: LaneProgress, of lane: BatchCommit.Lane) {
        switch progress {
        case .gathering: gathering.insert(lane)
        case .waiting: gathering.remove(lane)
        }
    }
}
