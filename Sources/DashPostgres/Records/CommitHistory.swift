import DashJSON
import DashModel
import DashStorage
import FoundationEssentials

/// What a group leaves besides its rows: quarantine, runs of their own and the pipelines' state. Counters and the runs of
/// minutes, which many commits add to, go through the commit log.
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

    var statements: [SQLStatement] { quarantine + runs + dueTimes + pipelines }

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
        RunStatements.upsert(
            shares.flatMap { share in
                RunRow.singles(of: share, in: group).map { (share.pipeline, share.team, $0) }
            },
            now: now
        )
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
        // A replay says nothing of the source.
        let active = shares.filter { $0.parts.contains { group[$0].settles.replay == nil } }
        guard !active.isEmpty else { return [] }
        let cursors = active.compactMap { share in
            share.parts.compactMap { group[$0].settles.cursor }.last.map { (share.pipeline, $0) }
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
}
