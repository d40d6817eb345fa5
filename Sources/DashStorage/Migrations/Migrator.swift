public import DashModel

/// Brings a database up to a list of migrations, each in a transaction of its own.
public struct Migrator: Sendable {
    let migrations: [any Migration]

    public init(_ migrations: [any Migration] = Migrations.all) { self.migrations = migrations }

    /// Returns the numbers that it applied. Throws when the database was made by a newer binary or by another one.
    @discardableResult
    public func migrate(_ database: any SQLDatabase, clock: any WallClock) async throws -> [Int] {
        try await database.write { connection in
            _ = try connection.execute(
                "CREATE TABLE IF NOT EXISTS schema_migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at BIGINT NOT NULL)"
            )
        }
        let applied = try await database.read { connection in
            try connection.fetch("SELECT number, name FROM schema_migrations ORDER BY number")
                .map { (number: Int($0.int(0) ?? 0), name: $0.text(1) ?? "") }
        }
        try check(applied)
        var done: [Int] = []
        for migration in migrations.dropFirst(applied.count) {
            let now = clock.now
            try await database.write { connection in
                for change in migration.changes(connection.dialect) {
                    for statement in change.statements(connection.dialect) { try connection.execute(statement) }
                }
                try connection.execute(
                    """
                    INSERT INTO schema_migrations (number, name, applied_at) \
                    VALUES (\(migration.number), \(migration.name), \(now))
                    """
                )
            }
            done.append(migration.number)
        }
        return done
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
