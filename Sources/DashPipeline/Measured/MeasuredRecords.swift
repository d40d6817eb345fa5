import DashModel
import DashStorage
import FoundationEssentials

/// Reads of records, measured.
struct MeasuredRecords: RecordReader {
    let base: any RecordReader
    let meter: PartMeter

    func page(of pipeline: UUID, before: RecordPosition?, limit: Int, now: Timestamp) async throws -> [Record] {
        try await meter.measure {
            try await base.page(of: pipeline, before: before, limit: limit, now: now)
        } rows: {
            $0.count
        }
    }

    func answer(_ query: DataQuery, within limits: QueryLimits, now: Timestamp) async throws -> DataResult {
        try await meter.measure {
            try await base.answer(query, within: limits, now: now)
        } rows: {
            $0.rows.count
        }
    }

    func batches(_ extents: [BatchExtent]) async throws -> [RecordBytes] {
        try await meter.measure {
            try await base.batches(extents)
        } rows: {
            $0.reduce(0) { $0 + $1.count }
        }
    }

    func minutes(of field: RolledFields.Field, over stretch: FillStretch) async throws -> FilledMinutes {
        try await meter.measure {
            try await base.minutes(of: field, over: stretch)
        } rows: {
            $0.summaries?.count ?? 0
        }
    }
}
