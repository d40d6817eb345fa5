import DashStorage
import FoundationEssentials

/// The registry of rolled-up fields, measured.
struct MeasuredRollups: RollupStore {
    let base: any RollupStore
    let meter: PartMeter

    func rolledPipelines() async throws -> [UUID] {
        try await meter.measure {
            try await base.rolledPipelines()
        } rows: {
            $0.count
        }
    }

    func rolledFields(of pipeline: UUID) async throws -> [RolledField] {
        try await meter.measure {
            try await base.rolledFields(of: pipeline)
        } rows: {
            $0.count
        }
    }

    func rollUp(_ fields: Set<String>, of pipeline: UUID) async throws {
        try await meter.measure {
            try await base.rollUp(fields, of: pipeline)
        }
    }

    func fill(_ field: String, of pipeline: UUID, limit: Int) async throws -> Bool {
        try await meter.measure {
            try await base.fill(field, of: pipeline, limit: limit)
        }
    }

    func stopFilling(of pipeline: UUID) async throws {
        try await meter.measure {
            try await base.stopFilling(of: pipeline)
        }
    }

    func forget(_ fields: Set<String>, of pipeline: UUID) async throws {
        try await meter.measure {
            try await base.forget(fields, of: pipeline)
        }
    }
}
