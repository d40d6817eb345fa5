import DashModel
import DashStorage

/// Lays out the records as far as the server can: at every start, under the schema's lock, going by the catalogue alone.
struct RecordLayout {
    let database: PostgresDatabase
    let hasEagerIndex: Bool

    /// A first start may have rows to move.
    private static let patience = Duration.seconds(3_600)

    func establish() async throws -> LayoutReport {
        try await database.writeConnection { connection in
            connection.deadline = .now + Self.patience
            if let lock = PostgresDialect().migrationLock { try connection.execute(lock) }
            try Wholeness.check(connection)
            var report = try arrange(connection)
            try HourlySums.makeTable(on: connection)
            if hasEagerIndex { try ClosedChunkIndexes.makeEager(on: connection) }
            report.hasEagerIndex = try ClosedChunkIndexes.isEager(on: connection)
            return report
        }
    }

    private func arrange(_ connection: PostgresConnection) throws -> LayoutReport {
        var report = LayoutReport(edition: .plain, refusals: [], hasEagerIndex: false)
        let table = try RecordTable.found(on: connection)
        // What was divided into partitions stays so; an extension that came later can't take it over.
        guard table != .partitions, try Hypertable.isAvailable(on: connection) else {
            if table == .single { try DayPartitions.divide(on: connection) }
            return report
        }
        if table == .single { try Hypertable.make(on: connection) }
        report.refusals = try CommunityStatements.run(on: connection)
        report.edition = report.refusals.isEmpty ? .timescaleCommunity : .timescaleApache
        return report
    }
}
