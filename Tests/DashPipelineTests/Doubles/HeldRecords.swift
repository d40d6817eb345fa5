import DashModel
import DashStorage
import FoundationEssentials
import Synchronization

/// Answers queries only once it is told to, and notes within which limits they were asked.
final class HeldRecords: RecordReader {
    private struct State {
        var limits: [QueryLimits] = []
        var waiting: [CheckedContinuation<Void, Never>] = []
        var isReleased = false
    }

    private let state = Mutex(State())

    var limits: [QueryLimits] { state.withLock(\.limits) }

    func release() {
        let waiting = state.withLock { state in
            state.isReleased = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    func answer(_ query: DataQuery, within limits: QueryLimits, now: Timestamp) async throws -> DataResult {
        await withCheckedContinuation { continuation in
            let goesOn = state.withLock { state in
                state.limits.append(limits)
                if !state.isReleased { state.waiting.append(continuation) }
                return state.isReleased
            }
            if goesOn { continuation.resume() }
        }
        return DataResult(columns: [], rows: [], bucketWidth: nil, from: now, to: now)
    }

    func page(of pipeline: UUID, before: RecordPosition?, limit: Int, now: Timestamp) async throws -> [Record] { [] }

    func batches(_ extents: [BatchExtent]) async throws -> [RecordBytes] { extents.map { _ in RecordBytes() } }

    func minutes(of field: RolledFields.Field, over stretch: FillStretch) async throws -> FilledMinutes {
        FilledMinutes(summaries: [], start: nil)
    }
}
