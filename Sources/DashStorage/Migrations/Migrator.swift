public import DashModel

/// Brings a database up to a list of migrations, each in a transaction of its own.
public struct Migrator: Sendable {
    let migrations: [any Migration]

    public init(_ migrations: [any Migration] = Migrations.all) { self.migrations = migrations }

    /// Returns the numbers that it applied. Throws when the database was made by a newer binary or by another one.
    @discardableResult
    public func migrate(
        _ database: any SQLDatabase,
        in dialect: any SchemaDialect,
        clock: any WallClock
    ) async throws -> [Int] {
        var done: [Int] = []
        while let number = try await database.write({ try applyNext(on: $0, in: dialect, now: clock.now) }) {
            done.append(number)
        }
        return done
    }

    /// Applies the first migration that is missing; nil when none is. The list is read under the lock, so what another
    /// node did while this one waited is seen.
    private func applyNext(
        on connection: any SQLConnection,
        in dialect: any SchemaDialect,
        now: Timestamp
    ) throws -> Int? {
        if let lock = dialect.migrationLock { try connection.execute(lock) }
        let time = dialect.columnType(
            ColumnType(table: "schema_migrations", column: "applied_at", type: .timestamp)
        )
        try connection.execute(
            """
            CREATE TABLE IF NOT EXISTS schema_migrations \
            (number INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at \(SQLStatement(raw: time)) NOT NULL)
            """
        )
        let applied = try connection.fetch("SELECT number, name FROM schema_migrations ORDER BY number")
            .map { (number: Int($0.int(0) ?? 0), name: $0.text(1) ?? "") }
        try check(applied)
        guard let migration = migrations.dropFirst(applied.count).first else { return nil }
        for change in migration.changes(dialect) {
            for statement in change.statements(dialect) { try connection.execute(statement) }
        }
        try connection.execute(
            """
            INSERT INTO schema_migrations (number, name, applied_at) \
            VALUES (\(migration.number), \(migration.name), \(now))
            """
        )
        return migration.number
    }

    /// What was applied must be how our list begins.
    private func check(_ applied: [(number: Int, name: String)]) throws(DashError) {
        for (found, known) in zip(applied, migrations) where found.number != known.number || found.name != known.name {
            throw DashError(
                .preconditionFailed,
                """
                The database has migration \(found.number) (\(found.name)) where this binary has \
                \(known.number) (\(known.name)): it was made by another version of Dash.
                """
            )
        }
        guard applied.count <= migrations.count else {
            throw DashError(
                .preconditionFailed,
                """
                The database is newer than this binary: it has migration \(applied.last?.number ?? 0), \
                this binary knows \(migrations.last?.number ?? 0). Start the newer dashd, or restore a backup.
                """
            )
        }
    }
}
