public import DashModel
import DashStorage

/// What the table of records needs from time to time, whatever the server's edition. One node does it; should two, one
/// waits for the other or finds nothing to do.
public struct RecordMaintenance: Sendable {
    let database: PostgresDatabase
    let posting: CommitPosting

    /// Building an index on a full day may take long; it blocks nobody.
    private static let patience = Duration.seconds(3_600)

    init(database: PostgresDatabase, posting: CommitPosting) {
        self.database = database
        self.posting = posting
    }

    /// A bounded amount of each task. Call it every minute or so.
    public func run(now: Timestamp) async throws {
        try await posting.post(.all)
        let table = try await database.write { try RecordTable.found(on: $0) }
        if table == .partitions { try await makePartitions(now) }
        try await sumUpHours(now)
        try await indexClosedChunk(now)
    }

    private func makePartitions(_ now: Timestamp) async throws {
        for day in try await database.write({ try DayPartitions.missing(now: now, on: $0) }) {
            do {
                try await database.writeConnection { connection in
                    connection.deadline = .now + Self.patience
                    try connection.execute(PostgresDialect().migrationLock ?? "SELECT 1")
                    try DayPartitions.make(day, on: connection)
                }
            } catch let error as DashError where error.code == .unavailable || error.code == .conflict {
                // Long queries were in the way, or another node was first. The days are made well ahead.
            }
        }
    }

    private func sumUpHours(_ now: Timestamp) async throws {
        guard try await database.write({ try HourlySums.isTable(on: $0) }) else {
            _ = try await database.plainConnection(within: Self.patience) {
                try $0.execute(CommunityStatements.lateRefresh)
            }
            return
        }
        _ = try await database.writeConnection { connection in
            connection.deadline = .now + .seconds(600)
            return try HourlySums.refresh(now: now, on: connection)
        }
    }

    private func indexClosedChunk(_ now: Timestamp) async throws {
        let statements = try await database.write { try ClosedChunkIndexes.missing(now: now, on: $0) }
        guard !statements.isEmpty else { return }
        try await database.plainConnection(within: Self.patience) { connection in
            for statement in statements { try connection.execute(statement) }
        }
    }
}
