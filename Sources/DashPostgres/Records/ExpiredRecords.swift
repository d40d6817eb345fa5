import DashModel
import DashStorage
import FoundationEssentials

/// Deletes what is past its pipeline's retention: days that are over for all at once, the rest in batches.
struct ExpiredRecords {
    let database: PostgresDatabase

    /// How many rows go in one transaction, so that nobody waits long for them.
    static let batch = 2_000

    // MARK: Whole days

    /// Drops the days in which every pipeline's records are expired and needed by no delivery; returns their rows.
    func dropDays(now: Timestamp) async throws -> Int {
        let days = try await database.write { try Self.candidates(now: now, on: $0) }
        var total = 0
        for day in days {
            do {
                total += try await database.writeConnection { try Self.drop(day, now: now, on: $0) }
            } catch let error as DashError where error.code == .unavailable {
                // Somebody reads the day just now; it goes the next time.
            }
        }
        return total
    }

    private struct Day: Sendable {
        let start: Timestamp
        let finish: Timestamp
    }

    /// Days that look expired by what is known of them without looking inside.
    private static func candidates(now: Timestamp, on connection: any SQLConnection) throws -> [Day] {
        guard let chunks = try RecordTable.found(on: connection).chunks else { return [] }
        let rows = try connection.fetch(
            """
            SELECT DISTINCT c.start, c.finish FROM (\(chunks)) AS c WHERE c.finish <= \(now) - INTERVAL '24 hours' \
            AND NOT EXISTS (SELECT 1 FROM record_days AS d JOIN pipelines AS p ON p.id = d.pipeline_id \
            WHERE d.day >= c.start AND d.day < c.finish AND \(isKept(now))) ORDER BY 1
            """
        )
        return rows.compactMap { row in
            guard let start = row.timestamp(0), let finish = row.timestamp(1) else { return nil }
            return Day(start: start, finish: finish)
        }
    }

    /// Whether pipeline `p` still shows records of the day that ends at `c.finish`.
    private static func isKept(_ now: Timestamp) -> SQLStatement {
        "(p.retention_days IS NULL OR c.finish > \(now) - p.retention_days * INTERVAL '24 hours')"
    }

    /// Looks inside with writers held off, since a late record may have come, then drops.
    private static func drop(_ day: Day, now: Timestamp, on connection: PostgresConnection) throws -> Int {
        let table = try RecordTable.found(on: connection)
        guard let listing = table.chunks else { return 0 }
        try connection.execute(.once("SET LOCAL lock_timeout = '2s'"))
        let chunks = try connection.fetch(
            """
            SELECT CAST(c.relation AS text), c.start, c.finish FROM (\(listing)) AS c \
            WHERE c.start >= \(day.start) AND c.finish <= \(day.finish)
            """
        ).compactMap(RecordChunk.init)
        for chunk in chunks {
            try connection.execute(.once("LOCK TABLE \(chunk.relation) IN SHARE MODE"))
            guard try connection.fetchOne(needed(chunk, now: now)) == nil else { return 0 }
        }
        let freed = try connection.fetch(
            """
            DELETE FROM record_days WHERE day >= \(day.start) AND day < \(day.finish) \
            RETURNING pipeline_id, team_id, row_count, byte_count
            """
        )
        if table == .hypertable {
            try connection.execute(
                "SELECT drop_chunks('pipeline_data', older_than => \(day.finish), newer_than => \(day.start))"
            )
        } else {
            for chunk in chunks { try connection.execute(.once("DROP TABLE \(chunk.relation)")) }
        }
        var rows: Int64 = 0
        for row in freed.sorted(by: { ($0.uuid(0)?.text ?? "") < ($1.uuid(0)?.text ?? "") }) {
            guard let pipeline = row.uuid(0), let team = row.uuid(1) else { continue }
            rows += row.int(2) ?? 0
            try RecordDays.free(row.int(3) ?? 0, of: pipeline, team: team, on: connection)
        }
        return Int(rows)
    }

    /// Finds a pipeline that still needs the chunk. The pipelines in it are found by leaping through its key.
    private static func needed(_ chunk: RecordChunk, now: Timestamp) -> SQLStatement {
        var statement: SQLStatement = """
            WITH RECURSIVE held AS (\
            (SELECT pipeline_id FROM \(chunk.sql) ORDER BY pipeline_id LIMIT 1) UNION ALL \
            SELECT (SELECT d.pipeline_id FROM \(chunk.sql) AS d WHERE d.pipeline_id > held.pipeline_id \
            ORDER BY d.pipeline_id LIMIT 1) FROM held WHERE held.pipeline_id IS NOT NULL) \
            SELECT 1 FROM held JOIN pipelines AS p ON p.id = held.pipeline_id \
            CROSS JOIN (SELECT CAST(\(chunk.finish) AS timestamptz) AS finish) AS c \
            WHERE \(isKept(now)) OR EXISTS (SELECT 1 FROM \(chunk.sql) AS d \
            WHERE d.pipeline_id = p.id AND d.id >= (\(firstNeeded("p.id")))) LIMIT 1
            """
        statement.isReusable = false
        return statement
    }

    // MARK: Rows

    /// The first record of a pipeline that a delivery still needs; null when none does.
    private static func firstNeeded(_ pipeline: SQLStatement) -> SQLStatement {
        """
        SELECT min(first_record_id) FROM deliveries \
        WHERE pipeline_id = \(pipeline) AND status IN ('pending', 'dead')
        """
    }

    /// Deletes expired rows of pipelines that are there, oldest first.
    func deleteRows(now: Timestamp, atMost limit: Int) async throws -> Int {
        let pipelines = try await database.write { connection in
            try connection.fetch(
                """
                SELECT p.id, p.team_id, p.retention_days FROM pipelines AS p WHERE p.retention_days IS NOT NULL \
                AND EXISTS (SELECT 1 FROM record_days AS d WHERE d.pipeline_id = p.id \
                AND d.day < \(now) - p.retention_days * INTERVAL '24 hours') ORDER BY p.id
                """
            )
        }
        var total = 0
        for row in pipelines where total < limit {
            guard let id = row.uuid(0), let team = row.uuid(1), let days = row.int(2) else { continue }
            let cutoff = Retention.cutoff(days: days, now: now)
            let condition: SQLStatement =
                "ingested_at < \(cutoff) AND id < coalesce((\(Self.firstNeeded("\(id)"))), \(Int64.max))"
            total += try await delete(id, of: team, where: condition, atMost: limit - total)
        }
        return total
    }

    /// Deletes rows of a pipeline in batches.
    func delete(
        _ pipeline: UUID,
        of team: UUID,
        where condition: SQLStatement,
        atMost limit: Int
    ) async throws -> Int {
        var total = 0
        while total < limit {
            let wanted = min(Self.batch, limit - total)
            let deleted = try await database.write { connection in
                try Self.deleteBatch(pipeline, of: team, where: condition, atMost: wanted, on: connection)
            }
            total += deleted
            if deleted < wanted { break }
        }
        return total
    }

    private static func deleteBatch(
        _ pipeline: UUID,
        of team: UUID,
        where condition: SQLStatement,
        atMost limit: Int,
        on connection: any SQLConnection
    ) throws -> Int {
        // The rows lie in one stretch of the key, whose ends keep the deletion to the chunks between them.
        let ends = try connection.fetchOne(
            """
            SELECT min(ingested_at), max(ingested_at), (array_agg(id ORDER BY ingested_at DESC, id DESC))[1] FROM \
            (SELECT ingested_at, id FROM pipeline_data WHERE pipeline_id = \(pipeline) AND \(condition) \
            ORDER BY ingested_at, id LIMIT \(limit)) AS oldest
            """
        )
        guard let first = ends?.timestamp(0), let last = ends?.timestamp(1), let lastID = ends?.int(2) else { return 0 }
        let days = try connection.fetch(
            """
            WITH gone AS (DELETE FROM pipeline_data WHERE pipeline_id = \(pipeline) AND ingested_at >= \(first) \
            AND ingested_at <= \(last) AND (ingested_at < \(last) OR id <= \(lastID)) AND \(condition) \
            RETURNING ingested_at) \
            SELECT date_bin(INTERVAL '24 hours', ingested_at, TIMESTAMPTZ 'epoch'), count(*) FROM gone GROUP BY 1
            """
        )
        let counts = days.compactMap { row in row.timestamp(0).map { (day: $0, rows: row.int(1) ?? 0) } }
        let removal = try RecordDays.remove(counts, of: pipeline, on: connection)
        try RecordDays.free(removal.bytes, of: pipeline, team: team, on: connection)
        return Int(removal.rows)
    }
}
