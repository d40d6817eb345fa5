import DashModel
import DashStorage
import FoundationEssentials

/// Records that can't be read now.
struct BrokenRecords: RecordReader {
    private var error: DashError { DashError(.unavailable, "The records are away.") }

    func page(of pipeline: UUID, before: RecordPosition?, limit: Int, now: Timestamp) async throws -> [Record] {
        throw error
    }

    func answer(_ query: DataQuery, within limits: QueryLimits, now: Timestamp) async throws -> DataResult {
        throw error
    }

    func batches(_ extents: [BatchExtent]) async throws -> [RecordBytes] { throw error }

    func minutes(of field: RolledFields.Field, over stretch: FillStretch) async throws -> FilledMinutes { throw error }
}
