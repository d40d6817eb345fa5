import DashModel
import DashStorage
import FoundationEssentials
import GRDBSQLite

extension GroupCommit {
    /// Writes the records of a pipeline's parts with ids in one row, and their deliveries; returns each part's first id.
    mutating func insertRows(of share: PipelineShare, _ group: [BatchCommit]) throws -> [(part: Int, firstID: Int64)] {
        var places: [(part: Int, firstID: Int64)] = []
        var stretch: DeliveryStretch?
        for index in share.parts {
            let part = group[index]
            let records = part.batch.records
            places.append((index, nextID))
            guard !records.isEmpty else { continue }
            if part.persists { try insert(part.batch, team: share.team, from: nextID) }
            if stretch?.takes(part) != true {
                try insert(stretch, of: share)
                stretch = DeliveryStretch(part, firstID: nextID)
            }
            stretch?.append(part)
            nextID += Int64(records.count)
        }
        try insert(stretch, of: share)
        return places
    }

    /// The hot loop: one compiled statement, the text bound where it lies.
    private func insert(_ batch: RecordBatch, team: UUID, from firstID: Int64) throws {
        let handle = try connection.cached(
            "INSERT INTO pipeline_data (id, pipeline_id, team_id, data, ingested_at) VALUES (?, ?, ?, ?, ?)"
        )
        defer { SQLiteConnection.release(handle) }
        _ = withUnsafeBytes(of: batch.pipeline.uuid) { SQLiteConnection.bindBlob(handle, 2, $0) }
        _ = withUnsafeBytes(of: team.uuid) { SQLiteConnection.bindBlob(handle, 3, $0) }
        sqlite3_bind_int64(handle, 5, batch.receivedAt.microseconds)
        try batch.records.bytes.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress?.assumingMemoryBound(to: CChar.self) else { return }
            var start = 0
            var id = firstID
            for end in batch.records.ends {
                sqlite3_bind_int64(handle, 1, id)
                // No destructor: the buffer outlives the step, so SQLite need not copy.
                sqlite3_bind_text(handle, 4, base + start, Int32(clamping: end - start), nil)
                guard sqlite3_step(handle) == SQLITE_DONE else {
                    throw SQLiteFailure.sqlError(of: connection.database)
                }
                sqlite3_reset(handle)
                id += 1
                start = end
            }
        }
    }

    /// Adds the records' numbers to the roll-ups that widgets read.
    func rollUp(_ places: [(part: Int, firstID: Int64)], of share: PipelineShare, _ group: [BatchCommit]) throws {
        let stored = places.filter { group[$0.part].persists && !group[$0.part].batch.records.isEmpty }
        guard !stored.isEmpty else { return }
        let fields = try RolledFields(of: share.pipeline, on: connection)
        guard !fields.isEmpty else { return }
        var rollups = RollupGroup(fields)
        for place in stored { rollups.add(group[place.part].batch, firstID: place.firstID) }
        try connection.execute(all: rollups.statements())
    }

    private func insert(_ stretch: DeliveryStretch?, of share: PipelineShare) throws {
        guard let stretch else { return }
        for lane in stretch.lanes {
            let sink: UUID? = if case .sink(let id) = lane { id } else { nil }
            let downstream: UUID? = if case .pipeline(let id) = lane { id } else { nil }
            // A lane whose other end was deleted meanwhile gets nothing.
            let end: SQLStatement =
                sink != nil
                ? "SELECT 1 FROM pipeline_sinks WHERE id = \(sink)" : "SELECT 1 FROM pipelines WHERE id = \(downstream)"
            try connection.execute(
                """
                INSERT INTO deliveries (id, team_id, pipeline_id, pipeline_sink_id, downstream_id, status, \
                first_record_id, last_record_id, record_count, byte_count, received_at, payload, attempts, \
                next_attempt_at, inserted_at) \
                SELECT \(UUID.v7(at: now)), \(share.team), \(share.pipeline), \(sink), \(downstream), 'pending', \
                \(stretch.firstID), \(stretch.firstID + Int64(stretch.count) - 1), \(stretch.count), \
                \(stretch.bytes), \(stretch.receivedAt), \(stretch.payload), 0, \(now), \(now) \
                WHERE EXISTS (\(end))
                """
            )
        }
    }

    mutating func insertQuarantine(of share: PipelineShare, _ group: [BatchCommit]) throws {
        let records = share.parts.flatMap { index in
            group[index].quarantined.map { (record: $0, receivedAt: group[index].batch.receivedAt) }
        }
        guard !records.isEmpty else { return }
        for (record, receivedAt) in records.suffix(Self.quarantineLimit) {
            try connection.execute(
                """
                INSERT INTO quarantined_records (id, team_id, pipeline_id, rule, field, reason, data, received_at, \
                inserted_at) VALUES (\(UUID.v7(at: now)), \(share.team), \(share.pipeline), \(record.rule), \
                \(record.field), \(record.reason), \(SQLValue.bytes(record.data)), \(receivedAt), \(now))
                """
            )
        }
        try connection.execute(
            """
            DELETE FROM quarantined_records WHERE id IN (SELECT id FROM quarantined_records \
            WHERE pipeline_id = \(share.pipeline) ORDER BY received_at DESC, id DESC LIMIT -1 \
            OFFSET \(Self.quarantineLimit))
            """
        )
    }

    /// A pipeline's quarantine keeps its newest.
    static let quarantineLimit = 10_000
}
