import DashModel
import DashPostgres
import DashSQLite
import DashStorage
import Foundation
import Logging

/// The engines that the contract suites run over: SQLite, and those whose server is there.
enum Engines {
    static let all = [StoreFactory(name: "SQLite") { clock in try await sqlite(at: temporaryPath(), clock) }]

    static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    static func temporaryPath() throws -> String {
        let folder = FileManager.default.temporaryDirectory.appending(path: "dash-store-tests/\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        TestScope.current?.atEnd { try FileManager.default.removeItem(at: folder) }
        return folder.appending(path: "dash.db").path
    }

    static func sqlite(at path: String, _ clock: any WallClock) async throws -> SQLiteStore {
        let store = try await SQLiteStore(
            path: path,
            sealer: TurningSealer(),
            clock: clock,
            logger: silent,
            readers: 2
        )
        TestScope.current?.atEnd { try await store.close() }
        try await store.migrate()
        return store
    }
}
