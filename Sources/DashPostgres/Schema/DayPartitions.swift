import DashModel
import DashStorage

/// The records without TimescaleDB: native partitions of a day, made ahead. A default partition takes what has none, so
/// that no record is ever refused for its time; the maintenance files its rows under their days.
enum DayPartitions {
    /// Days that are made ahead of `now`, beginning with yesterday.
    static let ahead = -1...3

    /// Turns the table that the migration made into a divided one, with its rows.
    static func divide(on connection: any SQLConnection) throws {
        let steps = [
            "ALTER TABLE pipeline_data RENAME TO pipeline_data_single",
            "ALTER TABLE pipeline_data_single RENAME CONSTRAINT pipeline_data_pkey TO pipeline_data_single_pkey",
            "ALTER INDEX idx_pipeline_data_pipeline_time RENAME TO idx_pipeline_data_single_time",
            """
            CREATE TABLE pipeline_data (
                id BIGINT NOT NULL DEFAULT nextval('pipeline_data_id_seq'),
                pipeline_id UUID NOT NULL,
                team_id UUID NOT NULL,
                data JSONB NOT NULL,
                ingested_at TIMESTAMPTZ NOT NULL,
                PRIMARY KEY (pipeline_id, ingested_at, id)
            ) PARTITION BY RANGE (ingested_at)
            """,
            "ALTER SEQUENCE pipeline_data_id_seq OWNED BY pipeline_data.id",
            "CREATE INDEX idx_pipeline_data_pipeline_time ON pipeline_data (pipeline_id, ingested_at DESC)",
            "CREATE TABLE pipeline_data_default PARTITION OF pipeline_data DEFAULT",
            "INSERT INTO pipeline_data SELECT id, pipeline_id, team_id, data, ingested_at FROM pipeline_data_single",
            "DROP TABLE pipeline_data_single",
        ]
        for step in steps { try connection.execute(.once(step)) }
    }

    /// The days ahead that have no partition, and the oldest day that has rows in the default one.
    static func missing(now: Timestamp, on connection: any SQLConnection) throws -> [Timestamp] {
        let today = RecordDays.day(of: now)
        var wanted = ahead.map { Timestamp(microseconds: today.microseconds + Int64($0) * Retention.day) }
        let stray = try connection.fetchOne("SELECT min(ingested_at) FROM pipeline_data_default")?.timestamp(0)
        if let stray { wanted.append(RecordDays.day(of: stray)) }
        return try lacking(wanted, on: connection)
    }

    /// The days among these that have no partition.
    static func lacking(_ days: [Timestamp], on connection: any SQLConnection) throws -> [Timestamp] {
        let wanted = SQLValue.array(.timestamp, days.map(SQLValue.timestamp))
        let present = try connection.fetch(
            "SELECT start FROM (\(RecordTable.partitions.chunks ?? "")) AS c WHERE start = ANY(\(wanted))"
        )
        return Set(days).subtracting(present.compactMap { $0.timestamp(0) }).sorted()
    }

    /// Makes a day's partition and moves its rows there. It is made apart and attached, which lets others read and write
    /// the whole time but the last moment.
    static func make(_ day: Timestamp, on connection: any SQLConnection) throws {
        let next = Timestamp(microseconds: day.microseconds + Retention.day)
        let name = SQLStatement(raw: "pipeline_data_" + day.text.prefix(10).filter { $0 != "-" })
        try connection.execute(.once("SET LOCAL lock_timeout = '2s'"))
        try connection.execute(once("CREATE TABLE \(name) (LIKE pipeline_data INCLUDING DEFAULTS INCLUDING INDEXES)"))
        try connection.execute(
            once(
                """
                WITH moved AS (DELETE FROM pipeline_data_default \
                WHERE ingested_at >= \(day) AND ingested_at < \(next) RETURNING *) \
                INSERT INTO \(name) (id, pipeline_id, team_id, data, ingested_at) \
                SELECT id, pipeline_id, team_id, data, ingested_at FROM moved
                """
            )
        )
        let range = "FROM ('\(day.text)') TO ('\(next.text)')"
        try connection.execute(
            once("ALTER TABLE pipeline_data ATTACH PARTITION \(name) FOR VALUES \(SQLStatement(raw: range))")
        )
    }

    private static func once(_ statement: SQLStatement) -> SQLStatement {
        var statement = statement
        statement.isReusable = false
        return statement
    }
}
