import DashModel
import DashStorage
import FoundationEssentials
import Synchronization

/// The scheduler's due times, with a watch: how late each due time was recorded, its job committed with it.
final class TimedDueTimes: DueTimeStore {
    private let base: any DueTimeStore
    /// Whether due times go to the store; without, what the scheduler itself costs remains.
    private let records: Bool
    private let lateness = Mutex<[Double]>([])

    init(_ base: any DueTimeStore, records: Bool) {
        self.base = base
        self.records = records
    }

    /// Milliseconds since the last call.
    func takeLateness() -> [Double] {
        lateness.withLock { lateness in
            defer { lateness = [] }
            return lateness
        }
    }

    func record(_ due: [DueTime], now: Timestamp) async throws -> [DueTime] {
        let new = records ? try await base.record(due, now: now) : due
        let end = SystemClock().now
        lateness.withLock { lateness in
            for time in due { lateness.append(Double((end - time.dueAt).microseconds) / 1_000) }
        }
        return new
    }

    func settleOvertaken(
        of pipeline: UUID,
        jobKey: String,
        until end: Timestamp,
        as state: DueTime.State
    ) async throws {
        try await base.settleOvertaken(of: pipeline, jobKey: jobKey, until: end, as: state)
    }

    func open(before end: Timestamp, after last: UUID?, limit: Int) async throws -> [UUID] {
        try await base.open(before: end, after: last, limit: limit)
    }

    func settleAbandoned(
        of pipeline: UUID,
        jobKey: String,
        until end: Timestamp,
        as state: DueTime.State
    ) async throws {
        try await base.settleAbandoned(of: pipeline, jobKey: jobKey, until: end, as: state)
    }

    func settle(pipeline: UUID, dueAt: Timestamp, as state: DueTime.State) async throws {
        try await base.settle(pipeline: pipeline, dueAt: dueAt, as: state)
    }

    func newest(of pipeline: UUID, limit: Int) async throws -> [DueTime] {
        try await base.newest(of: pipeline, limit: limit)
    }

    func prune(before: Timestamp, limit: Int) async throws -> Int {
        try await base.prune(before: before, limit: limit)
    }
}
