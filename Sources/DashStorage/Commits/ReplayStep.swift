import DashModel

/// A replay's part of a group that was accepted, and what came of it.
package struct ReplayStep {
    package let replay: BatchCommit.Replay
    package let accepted: Int
    package let refused: Int

    init(_ replay: BatchCommit.Replay, _ part: BatchCommit) {
        self.replay = replay
        accepted = part.batch.records.count
        refused = part.quarantined.count
    }
}
