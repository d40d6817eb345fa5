import DashModel
import DashStorage
import FoundationEssentials

/// What each pipeline has of each day, kept by every commit and every deletion of records. It makes the storage figures
/// exact: jsonb spells a record otherwise than it came, so the bytes that were counted can't be read from the row again.
enum RecordDays {
    /// What a commit adds to a pipeline's day.
    struct Addition {
        let pipeline: UUID
        let team: UUID
        /// Any moment of the day.
        let time: Timestamp
        let rows: Int
        let bytes: Int64
    }

    /// What went of a pipeline.
    struct Removal {
        var rows: Int64 = 0
        var bytes: Int64 = 0
    }

    /// Midnight, UTC, as chunks and partitions are cut.
    static func day(of time: Timestamp) -> Timestamp {
        let (days, rest) = time.microseconds.quotientAndRemainder(dividingBy: Retention.day)
        return Timestamp(microseconds: (rest < 0 ? days - 1 : days) * Retention.day)
    }

    /// One statement for a whole commit; nil when it adds nothing. Rows are taken in the same order by all, so that
    /// commits wait for each other instead of blocking each other.
    static func add(_ additions: [Addition]) -> SQLStatement? {
        struct Key: Hashable {
            let pipeline: UUID
            let day: Timestamp
        }
        var sums: [Key: (team: UUID, rows: Int64, bytes: Int64)] = [:]
        for addition in additions where addition.rows > 0 {
            let key = Key(pipeline: addition.pipeline, day: day(of: addition.time))
            let sum = sums[key] ?? (addition.team, 0, 0)
            sums[key] = (sum.team, sum.rows + Int64(addition.rows), sum.bytes + addition.bytes)
        }
        guard !sums.isEmpty else { return nil }
        let rows = sums.sorted { ($0.key.pipeline, $0.key.day) < ($1.key.pipeline, $1.key.day) }
        return """
            INSERT INTO record_days AS d (pipeline_id, day, team_id, row_count, byte_count, added_count) \
            SELECT pipeline_id, day, team_id, row_count, byte_count, row_count FROM unnest(\
            \(SQLValue.array(.uuid, rows.map { .uuid($0.key.pipeline) })), \
            \(SQLValue.array(.timestamp, rows.map { .timestamp($0.key.day) })), \
            \(SQLValue.array(.uuid, rows.map { .uuid($0.value.team) })), \
            \(SQLValue.array(.integer, rows.map { .integer($0.value.rows) })), \
            \(SQLValue.array(.integer, rows.map { .integer($0.value.bytes) }))) \
            AS n (pipeline_id, day, team_id, row_count, byte_count) \
            ON CONFLICT (pipeline_id, day) DO UPDATE SET row_count = d.row_count + excluded.row_count, \
            byte_count = d.byte_count + excluded.byte_count, added_count = d.added_count + excluded.added_count
            """
    }

    /// Works all days out from the records, for rows that came by another way than a commit. A pipeline's bytes, as its
    /// counter has them, are shared out among its days.
    static let rebuild: SQLStatement = """
        INSERT INTO record_days AS d (pipeline_id, day, team_id, row_count, byte_count, added_count) \
        SELECT s.pipeline_id, s.day, s.team_id, s.row_count, \
        CASE WHEN s.total = 0 THEN 0 ELSE floor(coalesce(k.bytes_stored, s.total) * s.size / s.total) END, s.row_count \
        FROM (SELECT pipeline_id, min(team_id::text)::uuid AS team_id, \
        date_bin(INTERVAL '24 hours', ingested_at, TIMESTAMPTZ 'epoch') AS day, count(*) AS row_count, \
        sum(octet_length(data::text)) AS size, \
        sum(sum(octet_length(data::text))) OVER (PARTITION BY pipeline_id) AS total \
        FROM pipeline_data GROUP BY 1, 3) AS s LEFT JOIN pipeline_counters AS k ON k.pipeline_id = s.pipeline_id \
        ON CONFLICT (pipeline_id, day) DO UPDATE SET row_count = excluded.row_count, \
        byte_count = excluded.byte_count, added_count = greatest(d.added_count, excluded.added_count)
        """

    /// Takes rows off a pipeline's days, with their share of the day's bytes; the last row takes all that is left.
    static func remove(
        _ counts: [(day: Timestamp, rows: Int64)],
        of pipeline: UUID,
        on connection: any SQLConnection
    ) throws -> Removal {
        var removal = Removal()
        for (day, rows) in counts.sorted(by: { $0.day < $1.day }) {
            removal.rows += rows
            let row = try connection.fetchOne(
                """
                SELECT row_count, byte_count FROM record_days \
                WHERE pipeline_id = \(pipeline) AND day = \(day) FOR UPDATE
                """
            )
            guard let held = row?.int(0), let bytes = row?.int(1) else { continue }
            let share = rows >= held ? bytes : Int64(Double(bytes) * Double(rows) / Double(held))
            removal.bytes += share
            if rows >= held {
                try connection.execute("DELETE FROM record_days WHERE pipeline_id = \(pipeline) AND day = \(day)")
            } else {
                try connection.execute(
                    """
                    UPDATE record_days SET row_count = row_count - \(rows), byte_count = byte_count - \(share) \
                    WHERE pipeline_id = \(pipeline) AND day = \(day)
                    """
                )
            }
        }
        return removal
    }

    /// Frees the storage of what went, in the order in which commits take these rows.
    static func free(_ bytes: Int64, of pipeline: UUID, team: UUID, on connection: any SQLConnection) throws {
        guard bytes > 0 else { return }
        try connection.execute(
            """
            UPDATE pipeline_counters SET bytes_stored = greatest(0, bytes_stored - \(bytes)) \
            WHERE pipeline_id = \(pipeline)
            """
        )
        try connection.execute(
            """
            UPDATE teams SET storage_used_bytes = greatest(0, storage_used_bytes - \(bytes)) WHERE id = \(team)
            """
        )
    }
}
