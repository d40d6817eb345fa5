import DashStorage
import FoundationEssentials

/// The quarantine, measured.
struct MeasuredQuarantine: QuarantineStore {
    let base: any QuarantineStore
    let meter: PartMeter

    func counts(of pipeline: UUID, matching filter: QuarantineFilter, limit: Int) async throws -> [QuarantineCount] {
        try await meter.measure {
            try await base.counts(of: pipeline, matching: filter, limit: limit)
        } rows: {
            $0.count
        }
    }

    func extent(of pipeline: UUID, matching filter: QuarantineFilter) async throws -> QuarantineExtent {
        try await meter.measure {
            try await base.extent(of: pipeline, matching: filter)
        }
    }

    func page(of pipeline: UUID, matching filter: QuarantineFilter, after: UUID?, until: UUID?, limit: Int) async throws
        -> [QuarantineRow]
    {
        try await meter.measure {
            try await base.page(of: pipeline, matching: filter, after: after, until: until, limit: limit)
        } rows: {
            $0.count
        }
    }

    func newest(of pipeline: UUID, matching filter: QuarantineFilter, limit: Int) async throws -> [QuarantineRow] {
        try await meter.measure {
            try await base.newest(of: pipeline, matching: filter, limit: limit)
        } rows: {
            $0.count
        }
    }

    func discard(of pipeline: UUID, matching filter: QuarantineFilter) async throws -> Int {
        try await meter.measure {
            try await base.discard(of: pipeline, matching: filter)
        } rows: {
            $0
        }
    }
}
