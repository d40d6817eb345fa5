import DashModel
import DashStorage

/// The indexes on `data` and on the team. On the records that are just coming in they would cost most of the
/// insert speed, so a day gets them when it is over; a setting keeps them from the first record on, as in the original design.
enum ClosedChunkIndexes {
    /// A day is taken for closed this long after its end, when its late records have come.
    private static let quiet = Duration.seconds(3_600)

    static func makeEager(on connection: any SQLConnection) throws {
        try connection.execute(.once("CREATE INDEX IF NOT EXISTS idx_pipeline_data_team ON pipeline_data (team_id)"))
        try connection.execute(
            .once("CREATE INDEX IF NOT EXISTS idx_pipeline_data_gin ON pipeline_data USING GIN (data)")
        )
    }

    /// Turning the setting off takes no index away: making it again would hold up every insert.
    static func isEager(on connection: any SQLConnection) throws -> Bool {
        try connection.fetchOne("SELECT 1 WHERE to_regclass('idx_pipeline_data_gin') IS NOT NULL") != nil
    }

    /// What is to be run, each outside a transaction, for the newest closed chunk that lacks an index; empty when none
    /// does.
    static func missing(now: Timestamp, on connection: any SQLConnection) throws -> [SQLStatement] {
        guard let chunks = try RecordTable.found(on: connection).chunks else { return [] }
        let row = try connection.fetchOne(
            """
            SELECT CAST(c.relation AS text), c.start, c.finish, g.relname IS NULL, t.relname IS NULL, p.relname \
            FROM (\(chunks)) AS c JOIN pg_class AS p ON p.oid = c.relation \
            LEFT JOIN LATERAL (\(index(using: "gin", on: "data"))) AS g ON TRUE \
            LEFT JOIN LATERAL (\(index(using: "btree", on: "team_id"))) AS t ON TRUE \
            WHERE c.finish <= \(now - quiet) AND NOT c.is_compressed AND (g.relname IS NULL OR t.relname IS NULL) \
            ORDER BY c.finish DESC, c.relation LIMIT 1
            """
        )
        guard let row, let chunk = RecordChunk(row), let name = row.text(5) else { return [] }
        var statements: [SQLStatement] = []
        if row.bool(3) == true {
            statements += make(name + "_data", on: chunk, "USING gin (data jsonb_path_ops)")
        }
        if row.bool(4) == true { statements += make(name + "_team", on: chunk, "(team_id)") }
        return statements
    }

    /// A valid index whose first column is the one.
    private static func index(using method: String, on column: String) -> SQLStatement {
        """
        SELECT i.relname FROM pg_index AS x JOIN pg_class AS i ON i.oid = x.indexrelid \
        JOIN pg_am AS m ON m.oid = i.relam JOIN pg_attribute AS a ON a.attrelid = x.indrelid AND a.attnum = x.indkey[0] \
        WHERE x.indrelid = c.relation AND x.indisvalid AND m.amname = \(method) AND a.attname = \(column) LIMIT 1
        """
    }

    /// An attempt that was broken off leaves an invalid index of the name behind.
    private static func make(_ name: String, on chunk: RecordChunk, _ definition: String) -> [SQLStatement] {
        let schema = chunk.relation.split(separator: ".").dropLast().map { $0 + "." }.joined()
        let index = SQLStatement.identifier(name).text
        return [
            .once("DROP INDEX CONCURRENTLY IF EXISTS \(schema)\(index)"),
            .once("CREATE INDEX CONCURRENTLY \(index) ON \(chunk.relation) \(definition)"),
        ]
    }
}
