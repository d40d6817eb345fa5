import DashModel
import DashSQLite
import DashStorage
import Foundation
import Logging

/// The engines that the contract suites run over.
enum Engines {
    static let all = [StoreFactory(name: "SQLite") { clock in try await sqlite(at: temporaryPath(), clock) }]

    static func temporaryPath() throws -> String {
        let folder = FileManager.default.temporaryDirectory.appending(path: "dash-store-tests/\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder.appending(path: "dash.db").path
    }

    static func sqlite(at path: String, _ clock: any WallClock) async throws -> SQLiteStore {
        let store = try await SQLiteStore(
            path: path,
            sealer: TurningSealer(),
            clock: clock,
            logger: Logger(label: "test"),
            readers: 2
        )
        try await store.migrate()
        return store
    }
}
