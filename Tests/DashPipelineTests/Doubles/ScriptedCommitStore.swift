import DashJSON
import DashModel
import DashStorage
import FoundationEssentials
import Synchronization

/// A part of a store: it counts, stalls while told so, and fails for groups with a poisoned record.
final class ScriptedCommitStore: CommitStore {
    let concurrentCommits: Int

    init(concurrentCommits: Int = 1) { self.concurrentCommits = concurrentCommits }

    struct State {
        var groups: [[BatchCommit]] = []
        var nextID: Int64 = 1
        var isStalled = false
        var stalled: [CheckedContinuation<Void, Never>] = []
        var isDown = false
    }

    struct Poisoned: Error {}

    let state = Mutex(State())

    var groups: [[BatchCommit]] { state.withLock(\.groups) }
    var stalledCount: Int { state.withLock(\.stalled.count) }

    func stall() { state.withLock { $0.isStalled = true } }

    func resume() {
        let stalled = state.withLock { state in
            state.isStalled = false
            defer { state.stalled = [] }
            return state.stalled
        }
        for continuation in stalled { continuation.resume() }
    }

    func commit(_ group: [BatchCommit]) async throws -> [CommitOutcome] {
        await withCheckedContinuation { continuation in
            let goesOn = state.withLock { state in
                if state.isStalled { state.stalled.append(continuation) }
                return !state.isStalled
            }
            if goesOn { continuation.resume() }
        }
        return try state.withLock { state in
            if state.isDown { throw DashError(.unavailable, "the disk is full") }
            if group.contains(where: { String(decoding: $0.batch.records.bytes, as: UTF8.self).contains("poison") }) {
                throw Poisoned()
            }
            state.groups.append(group)
            return group.map { commit in
                defer { state.nextID += Int64(commit.batch.records.count) }
                return .saved(firstID: state.nextID)
            }
        }
    }

    func ledger(of pipeline: UUID) async throws -> Ledger { Ledger() }
}
