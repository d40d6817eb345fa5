import DashModel
import DashStorage
import FoundationEssentials

/// The ledger of due times, measured.
struct MeasuredDueTimes: DueTimeStore {
    let base: any DueTimeStore
    let meter: PartMeter

    func record(_ due: [DueTime], now: Timestamp) async throws -> [DueTime] {
        try await meter.measure {
            try await base.record(due, now: now)
        } rows: {
            $0.count
        }
    }

    func settle(pipeline: UUID, dueAt: Timestamp, as state: DueTime.State) async throws {
        try await meter.measure {
            try await base.settle(pipeline: pipeline, dueAt: dueAt, as: state)
        }
    }

    func settleOvertaken(of pipeline: UUID, jobKey: String, until end: Timestamp, as state: DueTime.State) async throws
    {
        try await meter.measure {
            try await base.settleOvertaken(of: pipeline, jobKey: jobKey, until: end, as: state)
        }
    }

    func open(before end: Timestamp, after last: UUID?, limit: Int) async throws -> [UUID] {
        try await meter.measure {
            try await base.open(before: end, after: last, limit: limit)
        } rows: {
            $0.count
        }
    }

    func settleAbandoned(of pipeline: UUID, jobKey: String, until end: Timestamp, as state: DueTime.State) async throws
    {
        try await meter.measure {
            try await base.settleAbandoned(of: pipeline, jobKey: jobKey, until: end, as: state)
        }
    }

    func newest(of pipeline: UUID, limit: Int) async throws -> [DueTime] {
        try await meter.measure {
            try await base.newest(of: pipeline, limit: limit)
        } rows: {
            $0.count
        }
    }

    func prune(before: Timestamp, limit: Int) async throws -> Int {
        try await meter.measure {
            try await base.prune(before: before, limit: limit)
        } rows: {
            $0
        }
    }
}
