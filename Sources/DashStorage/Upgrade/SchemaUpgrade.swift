package import DashModel
package import Logging

/// What every engine does at start: check the declarations, migrate, and compare the tables with the declarations.
package struct SchemaUpgrade: Sendable {
    private let database: any SQLDatabase
    private let dialect: any SchemaDialect
    private let clock: any WallClock
    private let logger: Logger

    package init(
        _ database: any SQLDatabase,
        in dialect: any SchemaDialect,
        clock: any WallClock,
        logger: Logger
    ) {
        self.database = database
        self.dialect = dialect
        self.clock = clock
        self.logger = logger
    }

    /// `layOut` is what the engine itself adds once the tables are there. Throws `DashError` with everything that is
    /// wrong.
    package func run(layOut: () async throws -> Void = {}) async throws {
        let verifier = ResourceVerifier()
        try refuse(verifier.faults(), "The declarations are wrong")
        let applied = try await Migrator().migrate(database, in: dialect, clock: clock)
        if !applied.isEmpty {
            logger.info(
                "The database is migrated.",
                metadata: ["migrations": "\(applied.map(String.init).joined(separator: ","))"]
            )
        }
        try await layOut()
        try refuse(try await verifier.faults(in: database, dialect), "The database does not match this binary")
    }

    private func refuse(_ faults: [String], _ message: String) throws(DashError) {
        guard !faults.isEmpty else { return }
        throw DashError(.internal, "\(message): \(faults.joined(separator: "; ")).")
    }
}
