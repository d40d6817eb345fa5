/// The records' table and index, as the embedded store's first migration makes them.
enum DashTables {
    static let records = """
        CREATE TABLE pipeline_data (
            id INTEGER PRIMARY KEY, pipeline_id BLOB NOT NULL, ingested_at INTEGER NOT NULL, data TEXT NOT NULL
        );
        CREATE INDEX pipeline_data_by_time ON pipeline_data (pipeline_id, ingested_at DESC);
        """
    static let insert = "INSERT INTO pipeline_data (id, pipeline_id, ingested_at, data) VALUES (?, ?, ?, ?)"
    static let pipeline = [UInt8](repeating: 7, count: 16)
}
