import DashModel
import DashStorage

/// Whether a migrated database has all that its migrations made. A restore that failed in the middle leaves tables that
/// answer, without the keys that keep them right or without some of the records.
enum Wholeness {
    private struct Key: Hashable {
        let table: String
        /// PostgreSQL's letter: `p`, `u` or `f`.
        let kind: String
        let columns: [String]

        var text: String {
            let name = ["p": "primary key", "u": "unique key", "f": "foreign key"][kind] ?? kind
            return "\(table) has no \(name) (\(columns.joined(separator: ", ")))"
        }
    }

    /// Throws with everything that is missing, before anything is made in its place.
    static func check(_ connection: any SQLConnection) throws {
        let faults = try missingKeys(connection) + missingParts(connection) + hypertableFaults(connection)
        guard !faults.isEmpty else { return }
        let some = faults.prefix(5).joined(separator: "; ")
        let more = faults.count > 5 ? "; and \(faults.count - 5) more" : ""
        throw DashError(
            .preconditionFailed,
            "The database is not whole: \(some)\(more). Restore it anew, with TimescaleDB between "
                + "timescaledb_pre_restore() and timescaledb_post_restore() (docs/operations.md, \"Backup and restore\")."
        )
    }

    private static func missingKeys(_ connection: any SQLConnection) throws -> [String] {
        let rows = try connection.fetch(
            """
            SELECT CAST(t.relname AS text), CAST(k.contype AS text), (SELECT string_agg(CAST(a.attname AS text), ',' \
            ORDER BY c.place) FROM unnest(k.conkey) WITH ORDINALITY AS c (number, place) \
            JOIN pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = c.number) \
            FROM pg_constraint AS k JOIN pg_class AS t ON t.oid = k.conrelid \
            WHERE t.relnamespace = to_regnamespace(quote_ident(current_schema())) AND k.contype IN ('p', 'u', 'f')
            """
        )
        let live = Set(
            rows.map { row in
                let columns = (row.text(2) ?? "").split(separator: ",").map(String.init)
                return Key(table: row.text(0) ?? "", kind: row.text(1) ?? "", columns: columns)
            }
        )
        return declaredKeys().filter { !live.contains($0) }.map(\.text)
    }

    private static func declaredKeys() -> [Key] {
        let created = Migrations.all.flatMap { $0.changes(PostgresDialect()) }.compactMap { $0 as? CreateTable }
        // A table that was made anew has the keys of its last making.
        let tables = Dictionary(created.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
        let declared = tables.values.sorted { $0.name < $1.name }.flatMap { table in
            (table.primaryKey.isEmpty ? [] : [Key(table: table.name, kind: "p", columns: table.primaryKey)])
                + table.unique.map { Key(table: table.name, kind: "u", columns: $0) }
                + table.columns.filter { $0.reference != nil }
                .map { Key(table: table.name, kind: "f", columns: [$0.name]) }
        }
        return [
            Key(table: "pipeline_data", kind: "p", columns: ["pipeline_id", "ingested_at", "id"]),
            Key(table: "record_days", kind: "p", columns: ["pipeline_id", "day"]),
            Key(table: "commit_log", kind: "p", columns: ["id"]),
            Key(table: "deleted_pipelines", kind: "p", columns: ["pipeline_id"]),
        ] + declared
    }

    private static func missingParts(_ connection: any SQLConnection) throws -> [String] {
        let parts: [(name: String, sought: SQLStatement)] = [
            ("function take_record_ids", "SELECT to_regprocedure('take_record_ids(bigint)') IS NOT NULL"),
            ("function json_key", "SELECT to_regprocedure('json_key(jsonb)') IS NOT NULL"),
            (
                "trigger pipelines_deleted",
                """
                SELECT EXISTS (SELECT 1 FROM pg_trigger WHERE tgrelid = to_regclass('pipelines') \
                AND tgname = 'pipelines_deleted')
                """
            ),
        ]
        return try parts.filter { try connection.fetchOne($0.sought)?.bool(0) != true }
            .map { "the \($0.name) is missing" }
    }

    private static func hypertableFaults(_ connection: any SQLConnection) throws -> [String] {
        switch try RecordTable.found(on: connection) {
        case .partitions: return []
        case .single:
            // The first start finds no records; what was counted must be there before the table is divided.
            let isLost = try connection.fetchOne(
                """
                SELECT EXISTS (SELECT 1 FROM record_days WHERE row_count > 0) \
                AND NOT EXISTS (SELECT 1 FROM pipeline_data)
                """
            )
            return isLost?.bool(0) == true ? ["pipeline_data is no hypertable and has none of its records"] : []
        case .hypertable:
            let dimensions = Set(
                try connection.fetch(
                    """
                    SELECT CAST(column_name AS text) FROM timescaledb_information.dimensions WHERE \
                    to_regclass(format('%I.%I', hypertable_schema, hypertable_name)) = to_regclass('pipeline_data')
                    """
                ).compactMap { $0.text(0) }
            )
            let missing = ["ingested_at", "pipeline_id"].filter { !dimensions.contains($0) }
            let chunks = try connection.fetch(
                """
                SELECT chunk_name FROM timescaledb_information.chunks WHERE \
                to_regclass(format('%I.%I', hypertable_schema, hypertable_name)) = to_regclass('pipeline_data') \
                AND to_regclass(format('%I.%I', chunk_schema, chunk_name)) IS NULL ORDER BY 1
                """
            )
            return missing.map { "pipeline_data has no dimension \($0)" }
                + chunks.map { "the chunk \($0.text(0) ?? "") is missing" }
        }
    }
}
