import DashJSON
import DashModel
import DashStorage
import FoundationEssentials
import Synchronization

/// A store of rows in memory, held to the same promises of scope, keys and transactions as a database.
final class MemoryStore: Store {
    private struct State {
        var tables: [String: [UUID: ResourceRow]] = [:]
        var ticks: Int64 = 1_700_000_000_000_000
    }

    private let state = Mutex(State())

    func fetch(_ resource: Resource, id: UUID, in scope: AccessScope) async throws -> ResourceRow? {
        state.withLock { state in
            state.tables[resource.name]?[id].flatMap { Self.isIn(scope, resource, $0, state) ? $0 : nil }
        }
    }

    func list(_ resource: Resource, _ query: ResourceQuery, in scope: AccessScope) async throws -> ResourcePage {
        let rows = state.withLock { state in
            (state.tables[resource.name] ?? [:]).values.filter { row in
                Self.isIn(scope, resource, row, state) && query.filters.allSatisfy { Self.matches(row, $0) }
            }
        }
        let sorted = rows.sorted { left, right in
            for key in query.sort {
                let (a, b) = (Self.text(left, key.column), Self.text(right, key.column))
                if a != b { return key.descending ? a > b : a < b }
            }
            return left.id.text < right.id.text
        }
        var rest = sorted[...]
        if let after = query.after {
            guard let index = sorted.firstIndex(where: { $0.id.text == after }) else {
                throw DashError(.invalid, "The cursor is not one.")
            }
            rest = sorted[(index + 1)...]
        }
        let page = Array(rest.prefix(query.limit))
        return ResourcePage(rows: page, next: rest.count > page.count ? page.last?.id.text : nil)
    }

    func apply(_ changes: [ResourceChange], in scope: AccessScope) async throws -> [ResourceRow] {
        try state.withLock { state in
            var next = state
            next.ticks += 1_000
            var written: [ResourceRow] = []
            for change in changes {
                switch change {
                case .insert(let resource, var row):
                    let now = Timestamp(microseconds: next.ticks).text
                    for attribute in resource.attributes where row.values[attribute.name] == nil {
                        row.values[attribute.name] = attribute.defaultValue ?? .null
                    }
                    row.values["inserted_at"] = .string(now)
                    if resource.hasUpdatedAt { row.values["updated_at"] = .string(now) }
                    try Self.check(row, of: resource, scope, next)
                    next.tables[resource.name, default: [:]][row.id] = row
                    written.append(row)
                case .update(let resource, let change):
                    guard var row = next.tables[resource.name]?[change.id], Self.isIn(scope, resource, row, next) else {
                        throw DashError(.notFound, "no row")
                    }
                    row.values.merge(change.values) { $1 }
                    if resource.hasUpdatedAt {
                        row.values["updated_at"] = .string(Timestamp(microseconds: next.ticks).text)
                    }
                    try Self.check(row, of: resource, scope, next)
                    next.tables[resource.name]?[row.id] = row
                    written.append(row)
                case .delete(let resource, let id):
                    guard let row = next.tables[resource.name]?[id], Self.isIn(scope, resource, row, next) else {
                        throw DashError(.notFound, "no row")
                    }
                    Self.delete(resource, id, from: &next)
                case .enqueue: break
                }
            }
            state = next
            return written
        }
    }

    private static func delete(_ resource: Resource, _ id: UUID, from state: inout State) {
        state.tables[resource.name]?[id] = nil
        for other in Resources.all {
            for link in other.relationships where link.kind == .toOne && link.target == resource.name {
                for row in (state.tables[other.name] ?? [:]).values where row.uuid(link.column) == id {
                    if link.isRequired {
                        delete(other, row.id, from: &state)
                    } else {
                        state.tables[other.name]?[row.id]?.values[link.column] = .null
                    }
                }
            }
        }
    }

    private static func check(_ row: ResourceRow, of resource: Resource, _ scope: AccessScope, _ state: State) throws {
        guard isIn(scope, resource, row, state) else { throw DashError(.notFound, "outside of the scope") }
        for link in resource.relationships where link.kind == .toOne {
            guard let id = row.uuid(link.column) else {
                if link.isRequired { throw DashError(.invalid, "\(link.column) is missing") }
                continue
            }
            guard let target = Resources.named(link.target), let other = state.tables[link.target]?[id] else {
                throw DashError(.invalid, "\(link.column) names nothing")
            }
            if target.scope != .none, !isIn(scope, target, other, state) { throw DashError(.notFound, "foreign") }
        }
        for attribute in resource.attributes where !attribute.isNullable && row[attribute.name].isNull {
            throw DashError(.invalid, "\(resource.name).\(attribute.name) is null")
        }
        for key in resource.uniqueKeys {
            let values = key.map { row[$0] }
            if values.contains(.null) { continue }
            let taken = (state.tables[resource.name] ?? [:]).values.contains { other in
                other.id != row.id && key.map { other[$0] } == values
            }
            if taken { throw DashError(.conflict, "taken") }
        }
    }

    private static func isIn(_ scope: AccessScope, _ resource: Resource, _ row: ResourceRow, _ state: State) -> Bool {
        guard case .team(let team) = scope else { return true }
        switch resource.scope {
        case .column: return row.uuid("team_id") == team
        case .itself: return row.id == team
        case .through(let column, let parent):
            guard let id = row.uuid(column), let owner = state.tables[parent]?[id] else { return false }
            return owner.uuid("team_id") == team
        case .none: return false
        }
    }

    private static func text(_ row: ResourceRow, _ column: String) -> String {
        if column == "id" { return row.id.text }
        if let number = row[column].intValue {
            return String(repeating: "0", count: 20 - "\(number)".count) + "\(number)"
        }
        return row[column].stringValue ?? (row.bool(column) ? "1" : "")
    }

    private static func matches(_ row: ResourceRow, _ filter: ResourceQuery.Filter) -> Bool {
        let value: JSONValue = filter.column == "id" ? .string(row.id.text) : row[filter.column]
        let wanted = text(ResourceRow(id: row.id, values: ["v": filter.value]), "v")
        switch filter.op {
        case .eq: return value == filter.value
        case .ne: return value != filter.value
        case .in: return filter.value.arrayValue?.contains(value) ?? false
        case .null: return value.isNull == (filter.value.boolValue ?? true)
        case .like:
            return value.stringValue?.lowercased().contains((filter.value.stringValue ?? "").lowercased()) ?? false
        case .gt: return !value.isNull && text(row, filter.column) > wanted
        case .ge: return !value.isNull && text(row, filter.column) >= wanted
        case .lt: return !value.isNull && text(row, filter.column) < wanted
        case .le: return !value.isNull && text(row, filter.column) <= wanted
        }
    }
}

extension MemoryStore {
    func commit(_ group: [BatchCommit]) async throws -> [CommitOutcome] { [] }
    func latest(of pipeline: UUID, limit: Int, now: Timestamp) async throws -> [Record] { [] }
    func records(of pipeline: UUID, before: RecordPosition?, limit: Int, now: Timestamp) async throws -> [Record] { [] }
    func records(of pipeline: UUID, ids: ClosedRange<Int64>) async throws -> RecordBytes { RecordBytes() }
    func query(_ query: DataQuery, now: Timestamp) async throws -> DataResult {
        DataResult(columns: [], rows: [], bucketWidth: nil, from: now, to: now)
    }
    func deleteExpired(now: Timestamp, limit: Int) async throws -> Int { 0 }
    func ledger(of pipeline: UUID) async throws -> Ledger { Ledger() }
    func dueLanes(now: Timestamp) async throws -> [BatchCommit.Lane] { [] }
    func nextDeliveries(of lane: BatchCommit.Lane, limit: Int, now: Timestamp) async throws -> [Delivery] { [] }
    func settle(_ deliveries: [UUID], as outcome: DeliveryOutcome, now: Timestamp) async throws -> Bool { false }
    func backlog(of pipeline: UUID) async throws -> [LaneBacklog] { [] }
    func redrive(_ lane: BatchCommit.Lane, now: Timestamp) async throws -> Int { 1 }
    func pruneDeliveries(before: Timestamp, limit: Int) async throws -> Int { 0 }
    func enqueue(_ jobs: [NewJob], now: Timestamp) async throws -> [UUID] { [] }
    func claim(queue: String, limit: Int, now: Timestamp, leaseEnds: Timestamp) async throws -> [ClaimedJob] { [] }
    func heartbeat(_ leases: [JobLease], leaseEnds: Timestamp) async throws -> Set<JobLease> { [] }
    func settle(_ lease: JobLease, as outcome: JobOutcome, now: Timestamp) async throws -> Bool { false }
    func cancel(_ job: UUID, now: Timestamp) async throws -> Bool { false }
    func rescue(now: Timestamp) async throws -> Int { 0 }
    func pruneJobs(before: Timestamp, limit: Int) async throws -> Int { 0 }
    func nextDue(queue: String) async throws -> Timestamp? { nil }
    func recordDue(_ due: [DueTime], now: Timestamp) async throws -> [DueTime] { [] }
    func settleDue(pipeline: UUID, dueAt: Timestamp, as state: DueTime.State) async throws {}
    func dueTimes(of pipeline: UUID, limit: Int) async throws -> [DueTime] { [] }
    func pruneDueTimes(before: Timestamp, limit: Int) async throws -> Int { 0 }
    func migrate() async throws {}
    func ping() async throws {}
    func close() async throws {}
}
