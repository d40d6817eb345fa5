import DashModel
import DashStorage
import FoundationEssentials

/// Reads records: for people from replicas too, for what must miss nothing from the primary.
struct PostgresRecords: RecordReader {
    let database: PostgresDatabase

    func page(of pipeline: UUID, before: RecordPosition?, limit: Int, now: Timestamp) async throws -> [Record] {
        try await database.read {
            try RecordStatements.page(of: pipeline, before: before, limit: limit, now: now, on: $0)
        }
    }

    func answer(_ query: DataQuery, within limits: QueryLimits, now: Timestamp) async throws -> DataResult {
        // The server ends it as well, in case this node is gone by then.
        let timeout = limits.time.microseconds / 1_000 + 1_000
        return try await database.readConnection(within: limits.time) { connection in
            connection.postpone([
                PostgresCommand("SET LOCAL statement_timeout = \(timeout)"),
                PostgresCommand("SET LOCAL max_parallel_workers_per_gather = \(limits.workers)"),
            ])
            do {
                let plan = try DataQueryPlan(query, now: now, in: PostgresDialect(), on: connection)
                try plan.check(limits, on: connection)
                return try plan.result(connection)
            } catch let error as SQLError where error.code == .interrupted {
                throw DashError(.invalid, limits.overtime)
            }
        }
    }

    func batches(_ extents: [BatchExtent]) async throws -> [RecordBytes] {
        guard !extents.isEmpty else { return [] }
        // The one time at which a batch came finds its day.
        let statements = extents.map { extent -> SQLStatement in
            """
            SELECT data FROM pipeline_data WHERE pipeline_id = \(extent.pipeline) \
            AND ingested_at = \(extent.receivedAt) AND id >= \(extent.ids.lowerBound) AND id <= \(extent.ids.upperBound) \
            ORDER BY id
            """
        }
        return try await database.readPrimary { connection in
            try connection.pipelined(statements).map { result in
                result.rows.reduce(into: RecordBytes()) { $0.append($1.bytes(0) ?? []) }
            }
        }
    }

    func minutes(of field: RolledFields.Field, over stretch: FillStretch) async throws -> FilledMinutes {
        try await database.readPrimary(within: PostgresDatabase.writeLimit) {
            try FieldMinutes(field, in: PostgresDialect()).read(stretch, on: $0)
        }
    }
}
