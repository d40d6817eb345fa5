import DashModel
import DashStorage
import FoundationEssentials

/// Runs as they go into the history: new ones are inserted, a minute's grows.
enum RunStatements {
    static func upsert(_ rows: [(pipeline: UUID, team: UUID, row: RunRow)], now: Timestamp) -> [SQLStatement] {
        guard !rows.isEmpty else { return [] }
        func column(_ kind: SQLValue.Element, _ value: (RunRow) -> SQLValue) -> SQLValue {
            .array(kind, rows.map { value($0.row) })
        }
        return [
            """
            INSERT INTO runs (id, team_id, pipeline_id, trigger, status, due_at, started_at, finished_at, \
            records_received, records_stored, records_quarantined, records_dropped, bytes_received, batches, \
            timings, inserted_at) SELECT v.id, v.team_id, v.pipeline_id, v.trigger, 'completed', v.due_at, \
            v.started_at, v.finished_at, v.received, v.stored, v.quarantined, v.dropped, v.bytes, v.batches, \
            v.timings, \(now) FROM unnest(\(column(.uuid) { .uuid($0.id) }), \
            \(SQLValue.array(.uuid, rows.map { .uuid($0.team) })), \
            \(SQLValue.array(.uuid, rows.map { .uuid($0.pipeline) })), \(column(.text) { .text($0.trigger) }), \
            \(column(.timestamp) { $0.dueAt.map(SQLValue.timestamp) ?? .null }), \
            \(column(.timestamp) { .timestamp($0.startedAt) }), \(column(.timestamp) { .timestamp($0.finishedAt) }), \
            \(column(.integer) { .integer($0.received) }), \(column(.integer) { .integer($0.stored) }), \
            \(column(.integer) { .integer($0.quarantined) }), \(column(.integer) { .integer($0.dropped) }), \
            \(column(.integer) { .integer($0.bytes) }), \(column(.integer) { .integer(Int64($0.batches)) }), \
            \(column(.json) { .json($0.timingsJSON) })) \
            AS v (id, team_id, pipeline_id, trigger, due_at, started_at, finished_at, received, stored, quarantined, \
            dropped, bytes, batches, timings) \
            WHERE EXISTS (SELECT 1 FROM pipelines AS p WHERE p.id = v.pipeline_id FOR KEY SHARE) \
            ON CONFLICT (id) DO UPDATE SET status = 'completed', \
            finished_at = greatest(runs.finished_at, excluded.finished_at), \
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
}
