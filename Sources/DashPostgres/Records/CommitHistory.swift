import DashJSON
import DashModel
import DashStorage
import FoundationEssentials

/// What a group leaves besides its rows: quarantine, runs, the pipelines' state and their counters.
struct CommitHistory {
    let shares: [PipelineShare]
    let group: [BatchCommit]
    let now: Timestamp

    /// A pipeline's quarantine keeps its newest.
    static let quarantineLimit = 10_000

    init(_ shares: [PipelineShare], _ group: [BatchCommit], now: Timestamp) {
        self.shares = shares
        self.group = group
        self.now = now
    }

    var statements: [SQLStatement] { quarantine + runs + dueTimes + pipelines + counters }

    private var quarantine: [SQLStatement] {
        shares.flatMap { share -> [SQLStatement] in
            let records = share.parts.flatMap { index in
                group[index].quarantined.map { (record: $0, receivedAt: group[index].batch.receivedAt) }
            }.suffix(Self.quarantineLimit)
            guard !records.isEmpty else { return [] }
            let ids = SQLValue.array(.uuid, records.map { _ in .uuid(.v7(at: now)) })
            let rules = SQLValue.array(.text, records.map { .text($0.record.rule) })
            let fields = SQLValue.array(.text, records.map { $0.record.field.map(SQLValue.text) ?? .null })
            let reasons = SQLValue.array(.text, records.map { .text($0.record.reason) })
            let data = SQLValue.array(.bytes, records.map { .bytes($0.record.data) })
            let times = SQLValue.array(.timestamp, records.map { .timestamp($0.receivedAt) })
            return [
                """
                INSERT INTO quarantined_records (id, team_id, pipeline_id, rule, field, reason, data, received_at, \
                inserted_at) SELECT v.id, \(share.team), \(share.pipeline), v.rule, v.field, v.reason, v.data, \
                v.received_at, \(now) FROM unnest(\(ids), \(rules), \(fields), \(reasons), \(data), \(times)) \
                AS v (id, rule, field, reason, data, received_at)
                """,
                """
                DELETE FROM quarantined_records WHERE id IN (SELECT id FROM quarantined_records \
                WHERE pipeline_id = \(share.pipeline) ORDER BY received_at DESC, id DESC \
                OFFSET \(Self.quarantineLimit))
                """,
            ]
        }
    }

    private var runs: [SQLStatement] {
        let rows = shares.flatMap { share in RunRow.rows(of: share, in: group, now: now).map { (share, $0) } }
        guard !rows.isEmpty else { return [] }
        func column(_ kind: SQLValue.Element, _ value: (PipelineShare, RunRow) -> SQLValue) -> SQLValue {
            .array(kind, rows.map(value))
        }
        return [
            """
            INSERT INTO runs (id, team_id, pipeline_id, trigger, status, due_at, started_at, finished_at, \
            records_received, records_stored, records_quarantined, records_dropped, bytes_received, batches, \
            timings, inserted_at) SELECT v.id, v.team_id, v.pipeline_id, v.trigger, 'completed', v.due_at, \
            v.started_at, v.finished_at, v.received, v.stored, v.quarantined, v.dropped, v.bytes, v.batches, \
            v.timings, \(now) FROM unnest(\(column(.uuid) { .uuid($1.id) }), \
            \(column(.uuid) { share, _ in .uuid(share.team) }), \
            \(column(.uuid) { share, _ in .uuid(share.pipeline) }), \(column(.text) { .text($1.trigger) }), \
            \(column(.timestamp) { $1.dueAt.map(SQLValue.timestamp) ?? .null }), \
            \(column(.timestamp) { .timestamp($1.startedAt) }), \(column(.timestamp) { .timestamp($1.finishedAt) }), \
            \(column(.integer) { .integer($1.received) }), \(column(.integer) { .integer($1.stored) }), \
            \(column(.integer) { .integer($1.quarantined) }), \(column(.integer) { .integer($1.dropped) }), \
            \(column(.integer) { .integer($1.bytes) }), \(column(.integer) { .integer(Int64($1.batches)) }), \
            \(column(.json) { .json($1.timingsJSON) })) \
            AS v (id, team_id, pipeline_id, trigger, due_at, started_at, finished_at, received, stored, quarantined, \
            dropped, bytes, batches, timings) \
            ON CONFLICT (id) DO UPDATE SET status = 'completed', finished_at = excluded.finished_at, \
            records_received = runs.records_received + excluded.records_received, \
            records_stored = runs.records_stored + excluded.records_stored, \
            records_quarantined = runs.records_quarantined + excluded.records_quarantined, \
            records_dropped = runs.records_dropped + excluded.records_dropped, \
            bytes_received = runs.bytes_received + excluded.bytes_received, \
            batches = runs.batches + excluded.batches, \
            timings = (SELECT coalesce(jsonb_object_agg(k, coalesce((runs.timings ->> k)::bigint, 0) \
            + coalesce((excluded.timings ->> k)::bigint, 0)), '{}') \
            FROM jsonb_object_keys(runs.timings || excluded.timings) AS k)
            """
        ]
    }

    /// A node that woke up without its lease may have called the due time failed meanwhile; what is saved has run.
    private var dueTimes: [SQLStatement] {
        let times = shares.flatMap { share in
            share.parts.compactMap { index -> (UUID, Timestamp)? in
                guard case .single(_, _, let dueAt?, _, _, _) = group[index].run else { return nil }
                return (share.pipeline, dueAt)
            }
        }
        guard !times.isEmpty else { return [] }
        return [
            """
            UPDATE due_times AS d SET state = 'ran', reason = NULL \
            FROM unnest(\(SQLValue.array(.uuid, times.map { .uuid($0.0) })), \
            \(SQLValue.array(.timestamp, times.map { .timestamp($0.1) }))) AS v (pipeline_id, due_at) \
            WHERE d.pipeline_id = v.pipeline_id AND d.due_at = v.due_at
            """
        ]
    }

    /// The cursors, and that the pipelines work. A busy pipeline's row is touched at most once a second.
    private var pipelines: [SQLStatement] {
        let active = shares.filter { !$0.parts.isEmpty }
        guard !active.isEmpty else { return [] }
        let cursors = active.compactMap { share in
            share.parts.compactMap { group[$0].cursor }.last.map { (share.pipeline, $0) }
        }
        var statements: [SQLStatement] = []
        if !cursors.isEmpty {
            statements.append(
                """
                UPDATE pipelines SET source_cursor = v.cursor \
                FROM unnest(\(SQLValue.array(.uuid, cursors.map { .uuid($0.0) })), \
                \(SQLValue.array(.json, cursors.map { .json($0.1.encoded()) }))) AS v (id, cursor) \
                WHERE pipelines.id = v.id
                """
            )
        }
        statements.append(
            """
            UPDATE pipelines SET last_run_at = \(now), failure_count = 0, error_message = NULL, \
            status = CASE status WHEN 'error' THEN 'active' ELSE status END \
            WHERE id = ANY(\(SQLValue.array(.uuid, active.map { .uuid($0.pipeline) }))) AND \
            (failure_count <> 0 OR status = 'error' OR error_message IS NOT NULL OR last_run_at IS NULL \
            OR last_run_at <= \(now - .seconds(1)))
            """
        )
        return statements
    }

    private var counters: [SQLStatement] {
        let counted = shares.filter { share in share.ledger.counts.contains { $0.value != 0 } }
        guard !counted.isEmpty else { return [] }
        let names = LedgerEntry.allCases.map { SQLStatement.identifier($0.rawValue) }
        let columns = LedgerEntry.allCases.map { entry -> SQLStatement in
            "\(SQLValue.array(.integer, counted.map { .integer($0.ledger[entry]) }))"
        }
        let sums = names.map { name -> SQLStatement in "\(name) = pipeline_counters.\(name) + excluded.\(name)" }
        return [
            """
            INSERT INTO pipeline_counters (id, team_id, pipeline_id, inserted_at, updated_at, \
            \(names.joined(by: ", "))) SELECT v.id, v.team_id, v.pipeline_id, \(now), \(now), \
            \(names.map { name -> SQLStatement in "v.\(name)" }.joined(by: ", ")) FROM unnest(\
            \(SQLValue.array(.uuid, counted.map { _ in .uuid(.v7(at: now)) })), \
            \(SQLValue.array(.uuid, counted.map { .uuid($0.team) })), \
            \(SQLValue.array(.uuid, counted.map { .uuid($0.pipeline) })), \(columns.joined(by: ", "))) \
            AS v (id, team_id, pipeline_id, \(names.joined(by: ", "))) \
            ON CONFLICT (pipeline_id) DO UPDATE SET \(sums.joined(by: ", ")), updated_at = excluded.updated_at
            """
        ]
    }
}
