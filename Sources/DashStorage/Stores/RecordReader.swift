public import DashModel
public import FoundationEssentials

/// Reads records: a plan goes in, a result comes out, and nothing shows what keeps them.
public protocol RecordReader: Sendable {
    /// A keyset page, newest first, older than `before` when given. Expired ones are never returned.
    func page(of pipeline: UUID, before: RecordPosition?, limit: Int, now: Timestamp) async throws -> [Record]

    /// Answers a query about one pipeline. The caller has checked that the pipeline belongs to the team. Throws `.invalid`
    /// when it goes beyond the limits; a cancelled task's statement ends at once.
    func answer(_ query: DataQuery, within limits: QueryLimits, now: Timestamp) async throws -> DataResult

    /// The records of batches that were saved, in order, each batch by itself. Nothing that a commit has told is left out;
    /// retention, which is not asked here, spares what is still to be delivered.
    func batches(_ extents: [BatchExtent]) async throws -> [RecordBytes]

    /// What a field comes to, minute by minute, over a stretch of records. Nothing that a commit has told is left out.
    func minutes(of field: RolledFields.Field, over stretch: FillStretch) async throws -> FilledMinutes
}

extension RecordReader {
    /// The newest records of a pipeline, newest last.
    public func latest(of pipeline: UUID, limit: Int, now: Timestamp) async throws -> [Record] {
        try await page(of: pipeline, before: nil, limit: limit, now: now).reversed()
    }

    /// Within the usual limits.
    public func answer(_ query: DataQuery, now: Timestamp) async throws -> DataResult {
        try await answer(query, within: QueryLimits(), now: now)
    }
}
