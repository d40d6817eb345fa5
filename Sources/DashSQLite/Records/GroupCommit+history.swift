import DashJSON
import DashModel
import DashStorage
import FoundationEssentials

extension GroupCommit {
    /// The runs, and the due times that some of them were for.
    func insertRuns(of share: PipelineShare, _ group: [BatchCommit]) throws {
        for row in RunRow.rows(of: share, in: group, now: now) {
            try save(row, share)
            guard let dueAt = row.dueAt else { continue }
            try connection.execute(
                """
                UPDATE due_times SET state = 'ran', reason = NULL \
                WHERE pipeline_id = \(share.pipeline) AND due_at = \(dueAt)
                """
            )
        }
    }

    private func save(_ row: RunRow, _ share: PipelineShare) throws {
        var row = row
        if let earlier = try connection.fetchOne("SELECT timings FROM runs WHERE id = \(row.id)")?.bytes(0) {
            row.addTimings(try JSONValue(parsing: earlier))
        }
        try connection.execute(
            """
            INSERT INTO runs (id, team_id, pipeline_id, trigger, status, due_at, started_at, finished_at, \
            records_received, records_stored, records_quarantined, records_dropped, bytes_received, batches, timings, \
            inserted_at) VALUES (\(row.id), \(share.team), \(share.pipeline), \(row.trigger), 'completed', \
            \(row.dueAt), \(row.startedAt), \(row.finishedAt), \(row.received), \(row.stored), \(row.quarantined), \
            \(row.dropped), \(row.bytes), \(row.batches), \(SQLValue.json(row.timingsJSON)), \(now)) \
            ON CONFLICT (id) DO UPDATE SET status = 'completed', finished_at = excluded.finished_at, \
            records_received = records_received + excluded.records_received, \
            records_stored = records_stored + excluded.records_stored, \
            records_quarantined = records_quarantined + excluded.records_quarantined, \
            records_dropped = records_dropped + excluded.records_dropped, \
            bytes_received = bytes_received + excluded.bytes_received, \
            batches = batches + excluded.batches, timings = excluded.timings
            """
        )
    }

    func remember(_ share: PipelineShare, _ group: [BatchCommit]) throws {
        for index in share.parts {
            for request in group[index].settles.requests {
                try connection.execute(
                    """
                    INSERT INTO idempotency_keys (id, pipeline_id, key, accepted, quarantined, duplicates, inserted_at) \
                    VALUES (\(UUID.v7(at: now)), \(share.pipeline), \(request.key), \(request.accepted), \
                    \(request.quarantined), \(request.duplicates), \(now)) \
                    ON CONFLICT (pipeline_id, key) DO UPDATE SET accepted = excluded.accepted, \
                    quarantined = excluded.quarantined, duplicates = excluded.duplicates, \
                    inserted_at = excluded.inserted_at
                    """
                )
            }
        }
    }

    /// The cursor, and that the pipeline works. A busy pipeline's row is touched at most once a second.
    func updatePipeline(_ share: PipelineShare, _ group: [BatchCommit]) throws {
        // A replay says nothing of the source.
        guard share.parts.contains(where: { group[$0].settles.replay == nil }) else { return }
        if let cursor = share.parts.compactMap({ group[$0].settles.cursor }).last {
            try connection.execute(
                "UPDATE pipelines SET source_cursor = \(SQLValue.json(cursor.encoded())) WHERE id = \(share.pipeline)"
            )
        }
        try connection.execute(
            """
            UPDATE pipelines SET last_run_at = \(now), failure_count = 0, error_message = NULL, \
            status = CASE status WHEN 'error' THEN 'active' ELSE status END WHERE id = \(share.pipeline) AND \
            (failure_count <> 0 OR status = 'error' OR error_message IS NOT NULL OR last_run_at IS NULL \
            OR last_run_at <= \(now - .seconds(1)))
            """
        )
    }

    func add(_ ledger: Ledger, to pipeline: UUID, of team: UUID) throws {
        guard !ledger.isZero else { return }
        var statement = Self.counters.insert
        statement.append("\(UUID.v7(at: now)), \(team), \(pipeline), \(now), \(now)")
        for entry in LedgerEntry.allCases { statement.append(", \(ledger[entry])") }
        statement.append(Self.counters.update)
        statement.append("\(now)")
        try connection.execute(statement)
    }

    private static let counters: (insert: SQLStatement, update: SQLStatement) = {
        let names = LedgerEntry.allCases.map { SQLStatement.identifier($0.rawValue) }
        let sums = names.map { name -> SQLStatement in "\(name) = \(name) + excluded.\(name)" }
        return (
            """
            INSERT INTO pipeline_counters (id, team_id, pipeline_id, inserted_at, updated_at, \
            \(names.joined(by: ", "))) VALUES (
            """,
            ") ON CONFLICT (pipeline_id) DO UPDATE SET \(sums.joined(by: ", ")), updated_at = "
        )
    }()
}
