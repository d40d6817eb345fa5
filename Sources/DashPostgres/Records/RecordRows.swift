import DashModel
import DashStorage
import FoundationEssentials

/// The rows that a group adds to `pipeline_data`, and the deliveries that lead to them.
struct RecordRows {
    /// One part's records, with ids in one row.
    private struct Stretch {
        let batch: RecordBatch
        let team: UUID
        let firstID: Int64
    }

    private var nextID: Int64
    private var stretches: [Stretch] = []
    private var outgoing: [(stretch: DeliveryStretch, share: PipelineShare)] = []
    private(set) var count = 0

    init(firstID: Int64) { nextID = firstID }

    /// Takes a pipeline's accepted parts; returns each part's first id.
    mutating func add(_ share: PipelineShare, _ group: [BatchCommit]) -> [(part: Int, firstID: Int64)] {
        var places: [(part: Int, firstID: Int64)] = []
        var open: DeliveryStretch?
        for index in share.parts {
            let part = group[index]
            let records = part.batch.records
            places.append((index, nextID))
            guard !records.isEmpty else { continue }
            if part.persists {
                stretches.append(Stretch(batch: part.batch, team: share.team, firstID: nextID))
                count += records.count
            }
            if open?.takes(part) != true {
                close(open, share)
                open = DeliveryStretch(part, firstID: nextID)
            }
            open?.append(part)
            nextID += Int64(records.count)
        }
        close(open, share)
        return places
    }

    private mutating func close(_ stretch: DeliveryStretch?, _ share: PipelineShare) {
        guard let stretch, !stretch.lanes.isEmpty else { return }
        outgoing.append((stretch, share))
    }

    private static let target = "pipeline_data (id, pipeline_id, team_id, data, ingested_at)"

    /// Streams the rows with COPY, each stretch's bytes made at once.
    func copy(on connection: PostgresConnection) throws {
        try connection.copy(Self.target) { stream in
            try stream.send(CopyStream.head)
            for stretch in stretches {
                try stream.send(
                    CopyRows.encode(stretch.batch, team: stretch.team, firstID: stretch.firstID)
                )
            }
        }
    }

    /// One INSERT from arrays, for few rows.
    func insertion() throws -> PostgresCommand {
        var data: [UInt8] = []
        BinaryArray.writeHead(count: count, hasNull: false, type: .jsonb, to: &data)
        var ids: [SQLValue] = []
        var pipelines: [SQLValue] = []
        var teams: [SQLValue] = []
        var times: [SQLValue] = []
        for stretch in stretches {
            let batch = stretch.batch
            for index in 0..<batch.records.count {
                let record = batch.records[index]
                BinaryFormat.append(Int32(clamping: record.count + 1), to: &data)
                data.append(1)
                data.append(contentsOf: record)
                ids.append(.integer(stretch.firstID + Int64(index)))
                pipelines.append(.uuid(batch.pipeline))
                teams.append(.uuid(stretch.team))
                times.append(.timestamp(batch.receivedAt))
            }
        }
        var parameters = ParameterList()
        try parameters.append(.array(.integer, ids))
        try parameters.append(.array(.uuid, pipelines))
        try parameters.append(.array(.uuid, teams))
        parameters.append(encoded: data, as: .jsonbArray)
        try parameters.append(.array(.timestamp, times))
        return PostgresCommand("INSERT INTO \(Self.target) SELECT * FROM unnest($1, $2, $3, $4, $5)", parameters)
    }

    /// A delivery for each lane of each stretch; a lane whose other end was deleted meanwhile gets nothing.
    func deliveries(now: Timestamp) -> [SQLStatement] {
        outgoing.flatMap { stretch, share in
            stretch.lanes.map { lane in
                let sink: UUID? = if case .sink(let id) = lane { id } else { nil }
                let downstream: UUID? = if case .pipeline(let id) = lane { id } else { nil }
                let end: SQLStatement =
                    sink != nil
                    ? "SELECT 1 FROM pipeline_sinks WHERE id = \(sink) FOR KEY SHARE"
                    : "SELECT 1 FROM pipelines WHERE id = \(downstream) FOR KEY SHARE"
                return """
                    INSERT INTO deliveries (id, team_id, pipeline_id, pipeline_sink_id, downstream_id, status, \
                    first_record_id, last_record_id, record_count, byte_count, received_at, payload, attempts, \
                    next_attempt_at, inserted_at) \
                    SELECT \(UUID.v7(at: now)), \(share.team), \(share.pipeline), \(sink)::uuid, \
                    \(downstream)::uuid, 'pending', \(stretch.firstID), \
                    \(stretch.firstID + Int64(stretch.count) - 1), \(stretch.count), \(stretch.bytes), \
                    \(stretch.receivedAt), \(stretch.payload)::bytea, 0, \(now), \(now) WHERE EXISTS (\(end))
                    """
            }
        }
    }
}
