import DashModel
import DashStorage
import FoundationEssentials

/// Reads records from the embedded engine's file.
struct SQLiteRecords: RecordReader {
    let database: SQLiteDatabase

    func page(of pipeline: UUID, before: RecordPosition?, limit: Int, now: Timestamp) async throws -> [Record] {
        try await database.read {
            try RecordStatements.page(of: pipeline, before: before, limit: limit, now: now, on: $0)
        }
    }

    func answer(_ query: DataQuery, within limits: QueryLimits, now: Timestamp) async throws -> DataResult {
        do {
            return try await database.readConnection { connection in
                do {
                    return try connection.within(limits.time) {
                        let plan = try DataQueryPlan(query, now: now, in: SQLiteDialect(), on: connection)
                        try plan.check(limits, on: connection)
                        return try plan.result(connection)
                    }
                } catch let error as SQLError where error.code == .interrupted {
                    throw DashError(.invalid, limits.overtime)
                }
            }
        } catch {
            // A reader whose task is cancelled is interrupted as well.
            if Task.isCancelled { throw CancellationError() }
            throw error
        }
    }

    func batches(_ extents: [BatchExtent]) async throws -> [RecordBytes] {
        guard !extents.isEmpty else { return [] }
        return try await database.read { connection in
            try extents.map { extent in
                try connection.fetch(
                    """
                    SELECT data FROM pipeline_data WHERE id >= \(extent.ids.lowerBound) AND id <= \(extent.ids.upperBound) \
                    AND pipeline_id = \(extent.pipeline) ORDER BY id
                    """
                )
                .reduce(into: RecordBytes()) { $0.append($1.bytes(0) ?? []) }
            }
        }
    }

    func minutes(of field: RolledFields.Field, over stretch: FillStretch) async throws -> FilledMinutes {
        try await database.read { try FieldMinutes(field, in: SQLiteDialect()).read(stretch, on: $0) }
    }
}
