import DashModel
import DashPostgres
import DashSQLite
import DashStorage
import Logging

/// The two databases of a copy, opened and at this binary's schema.
struct CopyEnds: Sendable {
    let source: any TableSource & StoreEngine
    let target: any TableTarget & StoreEngine
    private let claim: CopyClaim

    init(_ settings: CopySettings, sealer: any ConfigSealer, logger: Logger) async throws {
        let source = try await SQLiteEngine(path: settings.source, sealer: sealer, logger: logger)
        try await source.migrate()
        self.source = source
        // Before the schema is touched: somebody may be using it.
        claim = try await CopyClaim(url: settings.target.url.text)
        target = try await Engine.open(settings.target, sealer: sealer, clock: SystemClock(), logger: logger)
    }

    func close() async throws {
        try await target.close()
        try await source.close()
        await claim.close()
    }
}
