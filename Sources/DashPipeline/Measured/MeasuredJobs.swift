import DashModel
import DashStorage
import FoundationEssentials

/// The durable queue, measured.
struct MeasuredJobs: JobStore {
    let base: any JobStore
    let meter: PartMeter

    func enqueue(_ jobs: [NewJob], now: Timestamp) async throws -> [UUID] {
        try await meter.measure {
            try await base.enqueue(jobs, now: now)
        } rows: {
            $0.count
        }
    }

    func claim(queue: String, limit: Int, now: Timestamp, leaseEnds: Timestamp) async throws -> [ClaimedJob] {
        try await meter.measure {
            try await base.claim(queue: queue, limit: limit, now: now, leaseEnds: leaseEnds)
        } rows: {
            $0.count
        }
    }

    func heartbeat(_ leases: [JobLease], leaseEnds: Timestamp) async throws -> Set<JobLease> {
        try await meter.measure {
            try await base.heartbeat(leases, leaseEnds: leaseEnds)
        } rows: {
            $0.count
        }
    }

    func settle(_ settlements: [JobSettlement], now: Timestamp) async throws -> Set<JobLease> {
        try await meter.measure {
            try await base.settle(settlements, now: now)
        } rows: {
            $0.count
        }
    }

    func cancel(_ job: UUID, now: Timestamp) async throws -> Bool {
        try await meter.measure {
            try await base.cancel(job, now: now)
        } rows: {
            $0 ? 1 : 0
        }
    }

    func noteProgress(of lease: JobLease) async throws {
        try await meter.measure {
            try await base.noteProgress(of: lease)
        }
    }

    func rescue(now: Timestamp) async throws -> Int {
        try await meter.measure {
            try await base.rescue(now: now)
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

    func nextDue(queue: String) async throws -> Timestamp? {
        try await meter.measure {
            try await base.nextDue(queue: queue)
        }
    }
}
