import DashStorage

extension SQLiteDialect {
    /// Rows of `pipeline_data` have no foreign key: they are too many to go with their pipeline in one transaction, so a
    /// trigger leaves a note and they are swept in batches.
    var recordTables: [any SchemaChange] {
        [
            ExecuteSQL(
                """
                CREATE TABLE pipeline_data (
                    id INTEGER PRIMARY KEY,
                    pipeline_id BLOB NOT NULL,
                    team_id BLOB NOT NULL,
                    data TEXT NOT NULL,
                    ingested_at INTEGER NOT NULL
                )
                """
            ),
            // Read backwards it gives newest first with ids falling inside one moment, which a descending index does not.
            CreateIndex("pipeline_data_pipeline_time", on: "pipeline_data", ["pipeline_id", "ingested_at"]),
            // Ids come from here, once a group: never given twice, whatever was deleted since.
            ExecuteSQL("CREATE TABLE record_sequence (next_id INTEGER NOT NULL)"),
            ExecuteSQL("INSERT INTO record_sequence (next_id) VALUES (1)"),
            ExecuteSQL("CREATE TABLE deleted_pipelines (pipeline_id BLOB PRIMARY KEY, team_id BLOB NOT NULL)"),
            ExecuteSQL(
                """
                CREATE TRIGGER pipelines_deleted AFTER DELETE ON pipelines BEGIN
                    INSERT OR IGNORE INTO deleted_pipelines (pipeline_id, team_id) VALUES (OLD.id, OLD.team_id);
                END
                """
            ),
        ]
    }
}
