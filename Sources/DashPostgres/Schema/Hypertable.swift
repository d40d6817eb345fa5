import DashStorage

/// The records as TimescaleDB keeps them: chunks of a day, each for a quarter of the pipelines.
enum Hypertable {
    /// Whether TimescaleDB is there, made ready if it can be. Asking for an extension that the server was not started
    /// with would end the connection, so the server's settings are looked at first.
    static func isAvailable(on connection: any SQLConnection) throws -> Bool {
        if try connection.fetchOne("SELECT 1 FROM pg_extension WHERE extname = 'timescaledb'") != nil { return true }
        let isLoaded = try connection.fetchOne(
            """
            SELECT 1 FROM pg_available_extensions WHERE name = 'timescaledb' \
            AND EXISTS (SELECT 1 FROM pg_settings WHERE name LIKE 'timescaledb.%')
            """
        )
        guard isLoaded != nil else { return false }
        let failure = try connection.attempt {
            try connection.execute(.once("CREATE EXTENSION IF NOT EXISTS timescaledb"))
        }
        guard let failure else { return true }
        // A user who may not create extensions gets the partitions that any user may have. Any other failure may pass,
        // and partitions would be for good.
        guard [.forbidden, .unsupported].contains(failure.code) else { throw failure }
        return false
    }

    /// The index on the time alone that TimescaleDB would add serves no query of ours.
    static func make(on connection: any SQLConnection) throws {
        _ = try connection.execute(
            .once(
                """
                SELECT create_hypertable(
                    'pipeline_data',
                    'ingested_at',
                    chunk_time_interval => INTERVAL '1 day',
                    partitioning_column => 'pipeline_id',
                    number_partitions => 4,
                    create_default_indexes => false,
                    migrate_data => true
                )
                """
            )
        )
    }
}
