public import DashStorage

extension PostgresEngine: TableReader {
    /// What only this engine has; nothing of it is an installation's own data.
    static let ownTables: Set<String> = [
        "schema_migrations", "copy_progress", "leases", "record_days", "commit_log", "pipeline_data_hourly",
        "pipeline_data_hourly_progress",
        // Made anew from the records when the server starts.
        "field_rollups", "rolled_fields",
    ]

    public func tables() async throws -> [CopyTable] {
        try await database.writeConnection { connection in
            // Chunks of TimescaleDB are in a schema of their own; partitions are parts of their table.
            let names = try connection.fetch(
                """
                SELECT CAST(relname AS text) FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition \
                AND relnamespace = CAST(current_schema() AS regnamespace) ORDER BY 1
                """
            )
            return try names.compactMap { $0.text(0) }.filter { !Self.ownTables.contains($0) }
                .map { try Self.table($0, connection) }
        }
    }

    public func rowCount(of table: String) async throws -> Int {
        try await database.readConnection { connection in
            Int(try connection.fetchOne("SELECT count(*) FROM \(identifier: table)")?.int(0) ?? 0)
        }
    }

    public func scan(_ step: CopyStep, _ body: @escaping @Sendable ([SQLRow]) throws -> Void) async throws {
        try await database.readConnection(within: .seconds(86_400)) { connection in
            var opening: SQLStatement = """
                DECLARE table_scan NO SCROLL CURSOR FOR SELECT \(step.selection) FROM \(identifier: step.table)
                """
            var fetching: SQLStatement = "FETCH FORWARD 500 FROM table_scan"
            opening.isReusable = false
            fetching.isReusable = false
            try connection.execute(opening)
            while true {
                let rows = try connection.fetch(fetching)
                if rows.isEmpty { return }
                try body(rows)
            }
        }
    }

    private static func table(_ name: String, _ connection: PostgresConnection) throws -> CopyTable {
        let results = try connection.pipelined([
            columns(of: name),
            """
            SELECT CAST(attname AS text) FROM pg_index CROSS JOIN unnest(CAST(indkey AS int2[])) WITH ORDINALITY AS k (number, place) \
            JOIN pg_attribute ON attrelid = indrelid AND attnum = number \
            WHERE indisprimary AND indrelid = to_regclass(CAST(\(name) AS text)) ORDER BY place
            """,
            """
            SELECT DISTINCT CAST(other.relname AS text) FROM pg_constraint JOIN pg_class AS other ON other.oid = confrelid \
            WHERE contype = 'f' AND conrelid = to_regclass(CAST(\(name) AS text))
            """,
        ])
        return CopyTable(
            name,
            columns: results[0].rows.map { row in
                CopyColumn(
                    row.text(0) ?? "",
                    kind: kind(row.text(1) ?? "", isEnumeration: row.text(2) == "e"),
                    isGenerated: row.bool(3) == true,
                    isOptional: row.bool(4) == true
                )
            },
            key: results[1].rows.compactMap { $0.text(0) },
            references: Set(results[2].rows.compactMap { $0.text(0) })
        )
    }

    /// Name, type, kind of type, whether it is generated, whether it may be left out.
    static func columns(of table: String) -> SQLStatement {
        """
        SELECT CAST(attname AS text), CAST(typname AS text), CAST(typtype AS text), attgenerated <> '', \
        NOT attnotnull OR atthasdef FROM pg_attribute JOIN pg_type ON pg_type.oid = atttypid \
        WHERE attrelid = to_regclass(CAST(\(table) AS text)) AND attnum > 0 AND NOT attisdropped ORDER BY attnum
        """
    }

    private static func kind(_ type: String, isEnumeration: Bool) -> CopyKind? {
        if isEnumeration { return .text }
        return switch type {
        case "uuid": .uuid
        case "timestamptz": .timestamp
        case "int2", "int4", "int8": .integer
        case "float4", "float8", "numeric": .double
        case "bool": .bool
        case "text", "varchar": .text
        case "bytea": .bytes
        case "jsonb": .json
        default: nil
        }
    }
}
