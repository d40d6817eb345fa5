import DashModel
import DashStorage
import FoundationEssentials

/// `pipeline_data_hourly` where TimescaleDB can't keep it as a continuous aggregate: a table of the same columns and
/// numbers. Like the aggregate it keeps the hours of records that expired.
enum HourlySums {
    /// Does nothing where the continuous aggregate is there, or the table already.
    static func makeTable(on connection: any SQLConnection) throws {
        guard try connection.fetchOne("SELECT 1 WHERE to_regclass('pipeline_data_hourly') IS NULL") != nil else {
            return
        }
        try connection.execute(
            .once(
                """
                CREATE TABLE pipeline_data_hourly (
                    bucket TIMESTAMPTZ NOT NULL,
                    pipeline_id UUID NOT NULL,
                    team_id UUID NOT NULL,
                    record_count BIGINT NOT NULL,
                    total_bytes BIGINT NOT NULL,
                    PRIMARY KEY (pipeline_id, bucket, team_id)
                )
                """
            )
        )
        try connection.execute(
            .once("CREATE TABLE pipeline_data_hourly_progress (refreshed_until TIMESTAMPTZ NOT NULL)")
        )
    }

    static func isTable(on connection: any SQLConnection) throws -> Bool {
        try connection.fetchOne(
            "SELECT 1 FROM pg_class WHERE oid = to_regclass('pipeline_data_hourly') AND relkind = 'r'"
        ) != nil
    }

    /// Takes away what a pipeline left. The aggregate's view can't be written to, the hypertable behind it can; refreshing
    /// it would take the hours of other pipelines' expired records with it.
    static func delete(_ pipeline: UUID, on connection: any SQLConnection) throws {
        if try isTable(on: connection) {
            try connection.execute("DELETE FROM pipeline_data_hourly WHERE pipeline_id = \(pipeline)")
            return
        }
        guard try connection.fetchOne("SELECT 1 FROM pg_extension WHERE extname = 'timescaledb'") != nil else { return }
        try deleteFromAggregate(pipeline, on: connection)
    }

    /// As `delete`, of the continuous aggregate.
    static func deleteFromAggregate(_ pipeline: UUID, on connection: any SQLConnection) throws {
        let source = try connection.fetchOne(
            """
            SELECT format('%I.%I', materialization_hypertable_schema, materialization_hypertable_name) \
            FROM timescaledb_information.continuous_aggregates \
            WHERE to_regclass(format('%I.%I', view_schema, view_name)) = to_regclass('pipeline_data_hourly')
            """
        )
        guard let relation = source?.text(0) else { return }
        try connection.execute(.once("DELETE FROM \(relation)") + " WHERE pipeline_id = \(pipeline)")
    }

    /// How many days of a pipeline are summed up in one transaction.
    private static let most = 50
    private static let hour: Int64 = 3_600_000_000

    /// Sums up what is new: of the running day the last hours, once an hour and up to an hour ago, as the aggregate's policy
    /// does; of days that are over everything that has come since they were last summed up, however late.
    /// Returns whether there is more to do.
    static func refresh(now: Timestamp, on connection: any SQLConnection) throws -> Bool {
        try refreshToday(now: now, on: connection)
        return try refreshClosedDays(now: now, on: connection)
    }

    private static func refreshToday(now: Timestamp, on connection: any SQLConnection) throws {
        let until = Timestamp(microseconds: (now.microseconds / hour - 1) * hour)
        let row = try connection.fetchOne("SELECT refreshed_until FROM pipeline_data_hourly_progress FOR UPDATE")
        let reached = row?.timestamp(0) ?? .epoch
        guard until > reached else { return }
        let day = RecordDays.day(of: until - .microseconds(1))
        let start = max(day, reached - .microseconds(2 * hour))
        try sum(
            """
            SELECT pipeline_id, CAST(\(start) AS timestamptz) AS start, CAST(\(until) AS timestamptz) AS finish \
            FROM record_days WHERE day = \(day) AND added_count > summed_count
            """,
            on: connection
        )
        try connection.execute(
            row == nil
                ? "INSERT INTO pipeline_data_hourly_progress (refreshed_until) VALUES (\(until))"
                : "UPDATE pipeline_data_hourly_progress SET refreshed_until = \(until)"
        )
    }

    private static func refreshClosedDays(now: Timestamp, on connection: any SQLConnection) throws -> Bool {
        let newest = RecordDays.day(of: now - .microseconds(Retention.day + hour))
        let rows = try connection.fetch(
            """
            SELECT pipeline_id, day, added_count FROM record_days \
            WHERE added_count > summed_count AND day <= \(newest) ORDER BY day, pipeline_id LIMIT \(most)
            """
        )
        guard !rows.isEmpty else { return false }
        let pipelines = SQLValue.array(.uuid, rows.map { $0.uuid(0).map(SQLValue.uuid) ?? .null })
        let days = SQLValue.array(.timestamp, rows.map { $0.timestamp(1).map(SQLValue.timestamp) ?? .null })
        let counts = SQLValue.array(.integer, rows.map { .integer($0.int(2) ?? 0) })
        try sum(
            """
            SELECT pipeline_id, day AS start, day + INTERVAL '24 hours' AS finish \
            FROM unnest(\(pipelines), \(days)) AS n (pipeline_id, day)
            """,
            on: connection
        )
        // What was added between reading the count and summing up is summed up once more, with the same result.
        try connection.execute(
            """
            UPDATE record_days AS d SET summed_count = n.counted \
            FROM unnest(\(pipelines), \(days), \(counts)) AS n (pipeline_id, day, counted) \
            WHERE d.pipeline_id = n.pipeline_id AND d.day = n.day
            """
        )
        return rows.count == most
    }

    /// Sums up the hours of stretches (pipeline_id, start, finish).
    private static func sum(_ stretches: SQLStatement, on connection: any SQLConnection) throws {
        try connection.execute(
            """
            INSERT INTO pipeline_data_hourly (bucket, pipeline_id, team_id, record_count, total_bytes) \
            SELECT h.bucket, h.pipeline_id, h.team_id, h.record_count, h.total_bytes FROM (\(stretches)) AS s \
            CROSS JOIN LATERAL (\
            SELECT date_bin(INTERVAL '1 hour', d.ingested_at, TIMESTAMPTZ 'epoch') AS bucket, d.pipeline_id, d.team_id, \
            count(*) AS record_count, sum(pg_column_size(d.data)) AS total_bytes FROM pipeline_data AS d \
            WHERE d.pipeline_id = s.pipeline_id AND d.ingested_at >= s.start AND d.ingested_at < s.finish \
            GROUP BY 1, 2, 3) AS h \
            ON CONFLICT (pipeline_id, bucket, team_id) DO UPDATE \
            SET record_count = excluded.record_count, total_bytes = excluded.total_bytes
            """
        )
    }
}
