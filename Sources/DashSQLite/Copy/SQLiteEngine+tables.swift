public import DashModel
public import DashStorage

extension SQLiteEngine: TableSource {
    /// What is no installation's data: applied migrations, where the next record id comes from, what nodes hold.
    private static let ownTables: Set<String> = [
        "schema_migrations", "record_sequence", "leases", "field_rollups", "rolled_fields",
    ]

    public func tables() async throws -> [CopyTable] {
        try await database.read { connection in
            try connection.fetch(
                "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"
            )
            .compactMap { $0.text(0) }.filter { !Self.ownTables.contains($0) }
            .map { try Self.table($0, connection) }
        }
    }

    public func rowCount(of table: String) async throws -> Int {
        try await database.read { connection in
            Int(try connection.fetchOne("SELECT count(*) FROM \(identifier: table)")?.int(0) ?? 0)
        }
    }

    public func scan(_ step: CopyStep, _ body: @escaping @Sendable ([SQLRow]) throws -> Void) async throws {
        try await database.readConnection { connection in
            var rows: [SQLRow] = []
            try connection.walk("SELECT \(step.selection) FROM \(identifier: step.table)") { row in
                rows.append(row)
                if rows.count == 500 {
                    try body(rows)
                    rows.removeAll(keepingCapacity: true)
                }
                return true
            }
            if !rows.isEmpty { try body(rows) }
        }
    }

    public func identity() async throws -> String {
        try await database.read { connection in
            let first = try connection.fetchOne("SELECT applied_at FROM schema_migrations ORDER BY number LIMIT 1")
            return "sqlite:\(first?.int(0) ?? 0)"
        }
    }

    public func page(_ step: CopyStep, after key: [SQLValue]?, limit: Int, bytes: Int) async throws -> [SQLRow] {
        let columns = step.key.map { SQLStatement.identifier(step.columns[$0].name) }.joined(by: ", ")
        var statement: SQLStatement = "SELECT \(step.selection) FROM \(identifier: step.table)"
        if let key {
            let values = key.map { value -> SQLStatement in "\(value)" }.joined(by: ", ")
            statement.append(" WHERE (\(columns)) > (\(values))")
        }
        statement.append(" ORDER BY \(columns) LIMIT \(limit)")
        let query = statement
        return try await database.readConnection { connection in
            var rows: [SQLRow] = []
            var size = 0
            try connection.walk(query) { row in
                rows.append(row)
                size += Self.size(of: row)
                return size < bytes
            }
            return rows
        }
    }

    public func nextRecordID() async throws -> Int64 {
        try await database.read { try $0.fetchOne("SELECT next_id FROM record_sequence")?.int(0) ?? 1 }
    }

    public func recordDays() async throws -> [Timestamp] {
        let day = Duration.seconds(86_400).microseconds
        return try await database.read { connection in
            try connection.fetch(
                """
                SELECT DISTINCT ingested_at - ((ingested_at % \(day)) + \(day)) % \(day) AS day FROM pipeline_data \
                ORDER BY day
                """
            )
            .compactMap { $0.timestamp(0) }
        }
    }

    private static func table(_ name: String, _ connection: any SQLConnection) throws -> CopyTable {
        let columns = try connection.fetch(
            "SELECT name, hidden, \"notnull\", dflt_value IS NOT NULL, pk FROM pragma_table_xinfo(\(name)) ORDER BY cid"
        )
        let key = columns.filter { ($0.int(4) ?? 0) > 0 }.sorted { ($0.int(4) ?? 0) < ($1.int(4) ?? 0) }
        let references = try connection.fetch("SELECT DISTINCT \"table\" FROM pragma_foreign_key_list(\(name))")
        return CopyTable(
            name,
            columns: columns.map { row in
                CopyColumn(
                    row.text(0) ?? "",
                    kind: nil,
                    isGenerated: (row.int(1) ?? 0) >= 2,
                    isOptional: row.bool(2) == false || row.bool(3) == true
                )
            },
            key: key.compactMap { $0.text(0) },
            references: Set(references.compactMap { $0.text(0) })
        )
    }

    private static func size(of row: SQLRow) -> Int {
        row.cells.reduce(0) { sum, cell in
            switch cell {
            case .text(let text): sum + text.utf8.count
            case .bytes(let bytes): sum + bytes.count
            default: sum + 8
            }
        }
    }
}
