import DashJSON
public import DashModel
public import DashStorage

extension PostgresEngine: TableTarget {
    /// Whether a copy into this database was begun and not finished: it must not be served yet.
    public func hasUnfinishedCopy() async throws -> Bool {
        try await database.writeConnection { connection in
            try connection.fetchOne("SELECT to_regclass('copy_progress') IS NOT NULL")?.bool(0) == true
        }
    }

    public func beginCopy(of identity: String, _ steps: [CopyStep]) async throws -> [String: CopyPosition] {
        try await database.writeConnection { connection in
            _ = try connection.fetch("SELECT pg_advisory_xact_lock(\(AdvisoryLock.copy))")
            try connection.execute(
                """
                CREATE TABLE IF NOT EXISTS copy_progress (
                    table_name text PRIMARY KEY, source text NOT NULL, position text NOT NULL, rows bigint NOT NULL
                )
                """
            )
            let known = try connection.fetch("SELECT table_name, source, position, rows FROM copy_progress")
            guard known.allSatisfy({ $0.text(1) == identity }) else {
                throw DashError(
                    .conflict,
                    "An unfinished copy of another installation is in the target: go on with that one, or empty the target."
                )
            }
            if known.isEmpty {
                try Self.checkEmpty(steps, connection)
                // Says where the copy comes from while no table has a row yet.
                try connection.execute(
                    "INSERT INTO copy_progress (table_name, source, position, rows) VALUES ('', \(identity), '', 0)"
                )
            }
            return try Dictionary(
                known.filter { $0.text(0) != "" }.map { row in
                    (row.text(0) ?? "", try CopyPosition(text: row.text(2) ?? "", rows: Int(row.int(3) ?? 0)))
                },
                uniquingKeysWith: { first, _ in first }
            )
        }
    }

    public func prepareRecords(_ days: [Timestamp]) async throws {
        try await database.writeConnection { connection in
            guard try RecordTable.found(on: connection) == .partitions else { return }
            for day in try DayPartitions.lacking(days.map(RecordDays.day), on: connection) {
                try DayPartitions.make(day, on: connection)
            }
        }
    }

    public func append(
        _ rows: [SQLRow],
        to step: CopyStep,
        from old: CopyPosition?,
        position: CopyPosition
    ) async throws {
        let days = CopiedDays(rows, of: step)
        let rows = rows.map { step.sealing($0) }
        try await database.writeConnection { connection in
            guard try Self.move(step.table, from: old, to: position, connection) == 1 else {
                throw DashError(.conflict, "Another copy into the target is running; only one may.")
            }
            try TableRows(step: step, rows: rows).write(to: connection)
            try days?.write(to: connection)
        }
    }

    public func continueRecordIDs(at next: Int64) async throws {
        _ = try await database.writeConnection { connection in
            try connection.fetch(
                """
                SELECT setval('pipeline_data_id_seq', greatest(CAST(\(next) AS bigint), last_value), false) \
                FROM pipeline_data_id_seq
                """
            )
        }
    }

    public func endCopy() async throws {
        try await database.writeConnection { connection in
            // All records are read once more.
            connection.deadline = .now + .seconds(3_600)
            try connection.execute(RecordDays.rebuild)
            try connection.execute("DROP TABLE copy_progress")
        }
    }

    private static func checkEmpty(_ steps: [CopyStep], _ connection: PostgresConnection) throws {
        let full = try steps.filter { step in
            try connection.fetchOne("SELECT EXISTS (SELECT 1 FROM \(identifier: step.table))")?.bool(0) == true
        }
        guard full.isEmpty else {
            throw DashError(
                .conflict,
                """
                The target already holds data (\(full.map(\.table).joined(separator: ", "))): copy into an empty database.
                """
            )
        }
    }

    /// How many rows changed: none when another copy was faster.
    private static func move(
        _ table: String,
        from old: CopyPosition?,
        to position: CopyPosition,
        _ connection: PostgresConnection
    ) throws -> Int {
        guard let old else {
            return try connection.execute(
                """
                INSERT INTO copy_progress (table_name, source, position, rows) \
                SELECT \(table), source, \(position.text), \(position.rows) FROM copy_progress WHERE table_name = '' \
                ON CONFLICT DO NOTHING
                """
            )
        }
        return try connection.execute(
            """
            UPDATE copy_progress SET position = \(position.text), rows = \(position.rows) \
            WHERE table_name = \(table) AND rows = \(old.rows)
            """
        )
    }
}

extension CopyStep {
    /// A sealed config is a JSON string in this engine.
    fileprivate func sealing(_ row: SQLRow) -> SQLRow {
        SQLRow(
            zip(columns, row.cells).map { column, cell in
                guard column.kind == .sealed, case .text(let text) = cell else { return cell }
                return .json(JSONValue.string(text).encoded())
            }
        )
    }
}
