import DashModel
import DashStorage
import FoundationEssentials
import Synchronization

/// The scheduler's store, with a watch: how late each due time was recorded, its job committed with it.
final class TimedStore: ResourceStore, DueTimeStore {
    private let store: any ResourceStore & DueTimeStore
    /// Whether due times go to the store; without, what the scheduler itself costs remains.
    private let records: Bool
    private let lateness = Mutex<[Double]>([])

    init(_ store: any ResourceStore & DueTimeStore, records: Bool) {
        self.store = store
        self.records = records
    }

    /// Milliseconds since the last call.
    func takeLateness() -> [Double] {
        lateness.withLock { lateness in
            defer { lateness = [] }
            return lateness
        }
    }

    func recordDue(_ due: [DueTime], now: Timestamp) async throws -> [DueTime] {
        let new = records ? try await store.recordDue(due, now: now) : due
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
        try await store.settleOvertaken(of: pipeline, jobKey: jobKey, until: end, as: state)
    }

    func openDue(before end: Timestamp, after last: UUID?, limit: Int) async throws -> [UUID] {
        try await store.openDue(before: end, after: last, limit: limit)
    }

    func settleAbandoned(
        of pipeline: UUID,
        jobKey: String,
        until end: Timestamp,
        as state: DueTime.State
    ) async throws {
        try await store.settleAbandoned(of: pipeline, jobKey: jobKey, until: end, as: state)
    }

    func settleDue(pipeline: UUID, dueAt: Timestamp, as state: DueTime.State) async throws {
        try await store.settleDue(pipeline: pipeline, dueAt: dueAt, as: state)
    }

    func dueTimes(of pipeline: UUID, limit: Int) async throws -> [DueTime] {
        try await store.dueTimes(of: pipeline, limit: limit)
    }

    func pruneDueTimes(before: Timestamp, limit: Int) async throws -> Int {
        try await store.pruneDueTimes(before: before, limit: limit)
    }

    func fetch(_ resource: Resource, id: UUID, in scope: AccessScope) async throws -> ResourceRow? {
        try await store.fetch(resource, id: id, in: scope)
    }

    func list(_ resource: Resource, _ query: ResourceQuery, in scope: AccessScope) async throws -> ResourcePage {
        try await store.list(resource, query, in: scope)
    }

    func reseal(_ resource: Resource, after id: UUID?, limit: Int) async throws -> ResealedRows {
        try await store.reseal(resource, after: id, limit: limit)
    }

    func count(_ resource: Resource, upTo limit: Int, in scope: AccessScope) async throws -> Int {
        try await store.count(resource, upTo: limit, in: scope)
    }

    func apply(_ changes: [ResourceChange], in scope: AccessScope) async throws -> [ResourceRow] {
        try await store.apply(changes, in: scope)
    }
}
