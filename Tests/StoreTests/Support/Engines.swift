import DashModel
import DashPostgres
import DashSQLite
import DashStorage
import Foundation
import Logging

/// The engines that the contract suites run over: SQLite, and those whose server is there.
enum Engines {
    static let all =
        [StoreFactory(name: "SQLite") { clock in try await sqlite(at: temporaryPath(), clock).store }] + servers

    static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private static var servers: [StoreFactory] {
        var factories = [TestServer.postgres, TestServer.timescale].compactMap { server in
            server.map { server in
                StoreFactory(name: server.name) { clock in try await server.engine(clock: clock).store }
            }
        }
        if let server = TestServer.timescale, server.replicaURL != nil {
            factories.append(
                StoreFactory(name: "\(server.name) with reads on a replica") { clock in
                    try await server.engine(clock: clock, readsReplica: true).store
                }
            )
        }
        return factories
    }

    static func temporaryPath() throws -> String {
        let folder = FileManager.default.temporaryDirectory.appending(path: "dash-store-tests/\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        TestScope.current?.atEnd { try FileManager.default.removeItem(at: folder) }
        return folder.appending(path: "dash.db").path
    }

    /// A store that was opened before: every suite runs on a second start, as those of the servers do on a copy of a
    /// migrated database.
    static func sqlite(at path: String, _ clock: any WallClock) async throws -> SQLiteEngine {
        let first = try await open(path, clock)
        try await first.migrate()
        try await first.close()
        let engine = try await open(path, clock)
        TestScope.current?.atEnd { try await engine.close() }
        try await engine.migrate()
        return engine
    }

    private static func open(_ path: String, _ clock: any WallClock) async throws -> SQLiteEngine {
        try await SQLiteEngine(path: path, sealer: TurningSealer(), clock: clock, logger: silent, readers: 2)
    }
}
