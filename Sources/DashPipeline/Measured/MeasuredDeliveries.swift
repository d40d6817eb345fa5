import DashModel
import DashStorage
import FoundationEssentials

/// The outbox, measured.
struct MeasuredDeliveries: DeliveryStore {
    let base: any DeliveryStore
    let meter: PartMeter

    func dueLanes(now: Timestamp) async throws -> [BatchCommit.Lane] {
        try await meter.measure {
            try await base.dueLanes(now: now)
        } rows: {
            $0.count
        }
    }

    func next(of lane: BatchCommit.Lane, limit: Int, bytes: Int, now: Timestamp) async throws -> [DueDelivery] {
        try await meter.measure {
            try await base.next(of: lane, limit: limit, bytes: bytes, now: now)
        } rows: {
            $0.count
        }
    }

    func noteStart(of deliveries: [UUID]) async throws {
        try await meter.measure {
            try await base.noteStart(of: deliveries)
        }
    }

    func settle(_ deliveries: [UUID], as outcome: DeliveryOutcome, now: Timestamp) async throws -> Bool {
        try await meter.measure {
            try await base.settle(deliveries, as: outcome, now: now)
        } rows: {
            $0 ? deliveries.count : 0
        }
    }

    func backlog(of pipeline: UUID) async throws -> [LaneBacklog] {
        try await meter.measure {
            try await base.backlog(of: pipeline)
        } rows: {
            $0.count
        }
    }

    func loads() async throws -> [LaneLoad] {
        try await meter.measure {
            try await base.loads()
        } rows: {
            $0.count
        }
    }

    func redrive(_ lane: BatchCommit.Lane, matching filter: DeadLetterFilter, now: Timestamp) async throws -> Int {
        try await meter.measure {
            try await base.redrive(lane, matching: filter, now: now)
        } rows: {
            $0
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
