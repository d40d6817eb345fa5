public import DashModel
public import FoundationEssentials

/// The registry of rolled-up fields over any SQL database.
public struct SQLRollupStore: RollupStore {
    let database: any SQLDatabase
    let records: any RecordReader
    let clock: any WallClock
    let nextRecordID: @Sendable (any SQLConnection) throws -> Int64

    /// How many rows go in one transaction, so that nobody waits long.
    static let chunk = 5_000

    /// `records` is where earlier ones are read from. `nextRecordID` tells an id that is higher than all that were given so far, and not higher than any to come.
    public init(
        database: any SQLDatabase,
        records: any RecordReader,
        clock: any WallClock,
        nextRecordID: @escaping @Sendable (any SQLConnection) throws -> Int64
    ) {
        self.database = database
        self.records = records
        self.clock = clock
        self.nextRecordID = nextRecordID
    }

    public func rolledPipelines() async throws -> [UUID] {
        try await database.read { connection in
            try connection.fetch("SELECT DISTINCT pipeline_id FROM rolled_fields").compactMap { $0.uuid(0) }
        }
    }

    public func rolledFields(of pipeline: UUID) async throws -> [RolledField] {
        // A transaction that writes: a replica may not know yet what was registered a moment ago.
        try await database.write { connection in
            try connection.fetch(
                """
                SELECT field, state, has_other_values FROM rolled_fields \
                WHERE pipeline_id = \(pipeline) ORDER BY field
                """
            ).compactMap { row in
                guard let name = row.text(0), let state = row.text(1).flatMap(RolledField.State.init) else {
                    return nil
                }
                return RolledField(name: name, state: state, hasOtherValues: row.bool(2) ?? false)
            }
        }
    }

    public func rollUp(_ fields: Set<String>, of pipeline: UUID) async throws {
        let now = clock.now
        try await database.write { connection in
            guard try Self.hold(pipeline, on: connection) else { return }
            let boundary = try nextRecordID(connection)
            for field in fields.sorted() where RolledFields.Field(field) != nil {
                let inserted = try connection.execute(
                    """
                    INSERT INTO rolled_fields (pipeline_id, field, boundary_id, state, has_other_values, inserted_at) \
                    VALUES (\(pipeline), \(field), \(boundary), 'filling', FALSE, \(now)) \
                    ON CONFLICT (pipeline_id, field) DO NOTHING
                    """
                )
                // Nothing may be left of an earlier life of the field, such as a copy that brought its rows.
                guard inserted > 0 else { continue }
                try connection.execute(
                    "DELETE FROM field_rollups WHERE pipeline_id = \(pipeline) AND field = \(field)"
                )
            }
        }
    }

    public func stopFilling(of pipeline: UUID) async throws {
        try await database.write { connection in
            _ = try connection.execute(
                """
                UPDATE rolled_fields SET has_other_values = TRUE \
                WHERE pipeline_id = \(pipeline) AND state = 'filling' AND NOT has_other_values
                """
            )
        }
    }

    public func forget(_ fields: Set<String>, of pipeline: UUID) async throws {
        try await database.write { connection in
            guard try Self.hold(pipeline, on: connection) else { return }
            for field in fields.sorted() {
                try connection.execute(
                    """
                    UPDATE rolled_fields SET state = 'leaving' \
                    WHERE pipeline_id = \(pipeline) AND field = \(field) AND state <> 'leaving'
                    """
                )
            }
        }
        for field in fields.sorted() {
            while try await database.write({ try Self.deleteSome(field, of: pipeline, on: $0) }) {
                try Task.checkCancellation()
            }
        }
    }

    /// Waits for the commits of the pipeline that are in flight and holds up others until the transaction ends, so that
    /// each commit knows of the change or is over. False when there is no such pipeline.
    private static func hold(_ pipeline: UUID, on connection: any SQLConnection) throws -> Bool {
        let statement: SQLStatement = "SELECT 1 FROM pipelines WHERE id = \(pipeline)"
        return try connection.fetchOne(statement + connection.dialect.rowLock) != nil
    }

    /// Deletes rows of a field that leaves, and when there are none left the field; returns whether there may be more.
    private static func deleteSome(_ field: String, of pipeline: UUID, on connection: any SQLConnection) throws -> Bool
    {
        for width in RollupWidth.allCases {
            let rows = RollupStretch(pipeline: pipeline, field: field, width: width)
            if try rows.deleteOldest(chunk, on: connection) > 0 { return true }
        }
        try connection.execute(
            """
            DELETE FROM rolled_fields \
            WHERE pipeline_id = \(pipeline) AND field = \(field) AND state = 'leaving'
            """
        )
        return false
    }
}
