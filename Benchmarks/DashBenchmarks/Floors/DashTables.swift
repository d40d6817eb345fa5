/// The records' table and index as the embedded store's first migration makes them, and how it opens the file.
enum DashTables {
    static let pragmas = "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 20000; PRAGMA cache_size = -16384;"
    static let records = """
        CREATE TABLE pipeline_data (
            id INTEGER PRIMARY KEY, pipeline_id BLOB NOT NULL, team_id BLOB NOT NULL, data TEXT NOT NULL,
            ingested_at INTEGER NOT NULL
        );
        CREATE INDEX pipeline_data_pipeline_time ON pipeline_data (pipeline_id, ingested_at);
        """
    static let insert = "INSERT INTO pipeline_data (id, pipeline_id, team_id, data, ingested_at) VALUES (?, ?, ?, ?, ?)"
    static let pipeline = [UInt8](repeating: 7, count: 16)
    static let team = [UInt8](repeating: 9, count: 16)
}
