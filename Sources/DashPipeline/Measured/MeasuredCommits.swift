import DashModel
import DashStorage
import FoundationEssentials

/// Saving transactions, measured by their records.
struct MeasuredCommits: CommitStore {
    let base: any CommitStore
    let meter: PartMeter

    var concurrentCommits: Int { base.concurrentCommits }

    func commit(_ group: [BatchCommit]) async throws -> [CommitOutcome] {
        try await meter.measure {
            try await base.commit(group)
        } rows: { _ in
            group.reduce(0) { $0 + $1.batch.records.count }
        }
    }

    func ledger(of pipeline: UUID) async throws -> Ledger {
        try await meter.measure {
            try await base.ledger(of: pipeline)
        }
    }
}
