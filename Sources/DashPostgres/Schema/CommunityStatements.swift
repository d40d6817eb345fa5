import DashModel
import DashStorage

/// Everything that only TimescaleDB's Community edition runs, in the order in which it must run. The other editions
/// answer with SQLSTATE `0A000`; the setting `timescaledb.license` is no sure sign.
///
/// Each is made once: the catalogue is asked first, the server is told not to mind a second time where it can be, and what
/// it answers when it minds all the same is taken for what it says.
enum CommunityStatements {
    struct Statement: Sendable {
        let name: String
        /// Finds a row when the catalogue has it already: some can't be repeated once there is data.
        let presence: SQLStatement
        let text: String
        /// By which states the server says that it has this already, however its catalogue shows it.
        let repeated: Set<String>
        let standIn: String
        /// Makes the stand-in, which later statements may name.
        var substitute: @Sendable (any SQLConnection) throws -> Void = { _ in }
    }

    static let all = [
        Statement(
            name: "compression settings",
            presence: """
                SELECT 1 FROM timescaledb_information.hypertables \
                WHERE hypertable_name = 'pipeline_data' AND compression_enabled
                """,
            text: """
                ALTER TABLE pipeline_data SET (
                    timescaledb.compress,
                    timescaledb.compress_segmentby = 'pipeline_id',
                    timescaledb.compress_orderby = 'ingested_at DESC, id DESC'
                )
                """,
            repeated: ["42710"],
            standIn: "none: rows stay as they are, long values are compressed one by one"
        ),
        Statement(
            name: "compression policy",
            presence: """
                SELECT 1 FROM timescaledb_information.jobs \
                WHERE hypertable_name = 'pipeline_data' AND proc_name IN ('policy_compression', 'policy_columnstore')
                """,
            text: "SELECT add_compression_policy('pipeline_data', INTERVAL '7 days', if_not_exists => true)",
            repeated: ["42710", "22023"],
            standIn: "none"
        ),
        Statement(
            name: "continuous aggregate pipeline_data_hourly",
            presence: """
                SELECT 1 FROM timescaledb_information.continuous_aggregates WHERE view_name = 'pipeline_data_hourly'
                """,
            // Filled by its policy and by `lateRefresh`: filling it at once is not allowed in a transaction.
            text: """
                CREATE MATERIALIZED VIEW pipeline_data_hourly
                WITH (timescaledb.continuous) AS
                SELECT
                    time_bucket('1 hour', ingested_at) AS bucket,
                    pipeline_id,
                    team_id,
                    COUNT(*) AS record_count,
                    SUM(pg_column_size(data)) AS total_bytes
                FROM pipeline_data
                GROUP BY bucket, pipeline_id, team_id
                WITH NO DATA
                """,
            repeated: ["42710"],
            standIn: "a table of the same columns, which the maintenance fills",
            substitute: { try HourlySums.makeTable(on: $0) }
        ),
        Statement(
            name: "continuous aggregate policy",
            // Until 2.19 a job has the name of the hypertable behind the view, since then the view's.
            presence: """
                SELECT 1 FROM timescaledb_information.jobs j \
                JOIN timescaledb_information.continuous_aggregates a \
                ON j.hypertable_name IN (a.materialization_hypertable_name, a.view_name) \
                WHERE a.view_name = 'pipeline_data_hourly' AND j.proc_name = 'policy_refresh_continuous_aggregate'
                """,
            text: """
                SELECT add_continuous_aggregate_policy(
                    'pipeline_data_hourly',
                    start_offset => INTERVAL '3 hours',
                    end_offset => INTERVAL '1 hour',
                    schedule_interval => INTERVAL '1 hour',
                    if_not_exists => true
                )
                """,
            repeated: ["42710", "22023"],
            standIn: "the maintenance refreshes every hour, late records included"
        ),
    ]

    /// Brings in the records that came later than the policy looks. Not within a transaction. Chunks older than a week
    /// are compressed, where `pg_column_size` would tell other sizes, so those hours are left as they are.
    static let lateRefresh = SQLStatement.once(
        """
        CALL refresh_continuous_aggregate('pipeline_data_hourly', now() - INTERVAL '7 days', now() - INTERVAL '3 hours')
        """
    )

    /// Runs what the catalogue lacks; returns what the server refused.
    static func run(on connection: any SQLConnection) throws -> [LayoutReport.Refusal] {
        try all.compactMap { statement in
            if try connection.fetchOne(statement.presence) != nil { return nil }
            var failure = try connection.attempt { try connection.execute(.once(statement.text)) }
            if failure?.sqlState == "42P07" {
                // The stand-in of an edition that this server had before.
                failure = try connection.attempt {
                    try connection.execute(.once("DROP TABLE pipeline_data_hourly"))
                    try connection.execute(.once(statement.text))
                }
            }
            guard let failure, !statement.repeated.contains(failure.sqlState ?? "") else { return nil }
            guard failure.code == .unsupported else { throw Self.refused(statement, failure) }
            try statement.substitute(connection)
            return LayoutReport.Refusal(
                statement: statement.name,
                sqlState: failure.sqlState ?? "",
                standIn: statement.standIn
            )
        }
    }

    /// What passes by itself stays what it is; of all else the server's own words are needed, which name nothing of a tenant.
    private static func refused(_ statement: Statement, _ failure: SQLError) -> any Error {
        switch failure.code {
        case .busy, .conflict, .lost, .full, .io, .readOnly, .interrupted: return failure
        default:
            return DashError(
                .internal,
                "TimescaleDB refused the \(statement.name): \(failure.serverMessage ?? failure.message) "
                    + "(SQLSTATE \(failure.sqlState ?? "unknown"))."
            )
        }
    }
}
