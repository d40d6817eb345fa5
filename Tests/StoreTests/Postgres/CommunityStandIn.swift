import DashStorage

@testable import DashPostgres

/// A plain server that shows what TimescaleDB's Community edition would: its catalogue as `timescaledb_information`, its
/// functions, and its way of refusing what is there already. Only the two statements whose syntax needs the extension are
/// replaced on their way.
struct CommunityStandIn: SQLConnection {
    let connection: any SQLConnection
    var dialect: any Dialect { connection.dialect }

    /// Under which name a job of a continuous aggregate is listed.
    enum Naming: String, CaseIterable {
        /// Until 2.19: the hypertable's behind it.
        case hypertable = "_materialized_hypertable_2"
        /// Since 2.20: the view's.
        case view = "pipeline_data_hourly"
        /// A coming version's, which nobody knows.
        case unknown = "something_else"
    }

    /// Makes the catalogue; `knowsExistence` says whether the functions take `if_not_exists` at its word.
    static func make(_ naming: Naming, knowsExistence: Bool, on connection: any SQLConnection) throws {
        let refusal = knowsExistence ? "IF if_not_exists THEN RETURN -1; END IF;" : ""
        let statements = [
            "CREATE SCHEMA timescaledb_information",
            """
            CREATE TABLE timescaledb_information.hypertables (
                hypertable_schema name, hypertable_name name, compression_enabled boolean)
            """,
            "INSERT INTO timescaledb_information.hypertables VALUES (current_schema(), 'pipeline_data', false)",
            """
            CREATE TABLE timescaledb_information.jobs (
                job_id integer GENERATED ALWAYS AS IDENTITY, proc_name name, hypertable_schema name, hypertable_name name)
            """,
            """
            CREATE TABLE timescaledb_information.continuous_aggregates (
                view_schema name, view_name name, materialization_hypertable_schema name,
                materialization_hypertable_name name)
            """,
            """
            CREATE FUNCTION time_bucket(width interval, moment timestamptz) RETURNS timestamptz LANGUAGE sql IMMUTABLE
                AS $$ SELECT date_bin(width, moment, TIMESTAMPTZ 'epoch') $$
            """,
            """
            CREATE FUNCTION add_compression_policy(hypertable regclass, compress_after interval,
                if_not_exists boolean DEFAULT false) RETURNS integer LANGUAGE plpgsql AS $$
            BEGIN
                IF EXISTS (SELECT 1 FROM timescaledb_information.jobs
                    WHERE proc_name IN ('policy_compression', 'columnstore')) THEN
                    \(refusal)
                    RAISE EXCEPTION 'compression policy already exists for hypertable' USING ERRCODE = '42710';
                END IF;
                INSERT INTO timescaledb_information.jobs (proc_name, hypertable_schema, hypertable_name)
                    VALUES ('\(naming == .unknown ? "columnstore" : "policy_compression")', current_schema(), 'pipeline_data');
                RETURN 1;
            END $$
            """,
            """
            CREATE FUNCTION add_continuous_aggregate_policy(aggregate regclass, start_offset interval,
                end_offset interval, schedule_interval interval, if_not_exists boolean DEFAULT false)
                RETURNS integer LANGUAGE plpgsql AS $$
            BEGIN
                IF EXISTS (SELECT 1 FROM timescaledb_information.jobs
                    WHERE proc_name = 'policy_refresh_continuous_aggregate') THEN
                    \(refusal)
                    RAISE EXCEPTION 'refresh policy overlaps with an existing policy' USING ERRCODE = '22023';
                END IF;
                INSERT INTO timescaledb_information.jobs (proc_name, hypertable_schema, hypertable_name)
                    VALUES ('policy_refresh_continuous_aggregate', current_schema(), '\(naming.rawValue)');
                RETURN 2;
            END $$
            """,
        ]
        for statement in statements { try connection.execute(SQLStatement(raw: statement)) }
    }

    func execute(_ statement: SQLStatement) throws -> Int {
        if statement.text.contains("timescaledb.compress") {
            return try connection.execute("UPDATE timescaledb_information.hypertables SET compression_enabled = true")
        }
        guard statement.text.contains("timescaledb.continuous") else { return try connection.execute(statement) }
        // The view of an aggregate shows a hypertable's rows, which may be deleted there.
        guard try connection.fetchOne("SELECT 1 WHERE to_regclass('pipeline_data_hourly') IS NOT NULL") == nil else {
            throw SQLError(.other, "relation \"pipeline_data_hourly\" already exists", sqlState: "42P07")
        }
        try connection.execute(
            """
            CREATE TABLE _materialized_hypertable_2 (
                bucket timestamptz, pipeline_id uuid, team_id uuid, record_count bigint, total_bytes bigint)
            """
        )
        try connection.execute("CREATE VIEW pipeline_data_hourly AS SELECT * FROM _materialized_hypertable_2")
        return try connection.execute(
            """
            INSERT INTO timescaledb_information.continuous_aggregates VALUES \
            (current_schema(), 'pipeline_data_hourly', current_schema(), '_materialized_hypertable_2')
            """
        )
    }

    func fetch(_ statement: SQLStatement) throws -> [SQLRow] { try connection.fetch(statement) }
}
