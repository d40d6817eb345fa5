import DashStorage
import Dispatch
import Foundation
import GRDB
import Synchronization
import Testing

@testable import DashSQLite

@Suite("the write-ahead log of SQLite")
struct WALCheckpointsTests {
    private static let limits = WALCheckpoints.Limits(start: 50, rest: 10, most: 200)
    /// A page of the log has a header.
    private static let page = 4_096 + 24

    private func database() throws -> SQLiteDatabase {
        let database = try SQLiteDatabase(path: Engines.temporaryPath(), readers: 2, checkpoints: Self.limits)
        try database.pool.writeWithoutTransaction {
            try $0.execute(sql: "CREATE TABLE rows (id INTEGER PRIMARY KEY, data BLOB NOT NULL)")
        }
        return database
    }

    private func write(_ count: Int, to database: SQLiteDatabase) async throws {
        for _ in 0..<count {
            try await database.write { _ = try $0.execute("INSERT INTO rows (data) VALUES (randomblob(20000))") }
        }
    }

    private func logSize(_ database: SQLiteDatabase) throws -> Int {
        try FileManager.default.attributesOfItem(atPath: database.pool.path + "-wal")[.size] as? Int ?? 0
    }

    @Test("stays short under commits without a pause, and everything is in the file")
    func bounded() async throws {
        let database = try database()
        try await write(600, to: database)
        // What one commit adds comes on top.
        #expect(try logSize(database) <= (Self.limits.most + 20) * Self.page)
        let (count, check) = try await database.pool.read { database in
            (
                try Int.fetchOne(database, sql: "SELECT count(*) FROM rows"),
                try String.fetchOne(database, sql: "PRAGMA integrity_check")
            )
        }
        #expect(count == 600)
        #expect(check == "ok")
        try database.close()
    }

    @Test("grows while a reader needs it, holds up no commit for that, and starts anew once the reader is gone")
    func pinned() async throws {
        let database = try database()
        try await write(1, to: database)
        let reading = AsyncStream<Void>.makeStream()
        let release = DispatchSemaphore(value: 0)
        async let seen: Int? = database.pool.read { database in
            let first = try Int.fetchOne(database, sql: "SELECT count(*) FROM rows")
            reading.continuation.finish()
            release.wait()
            let second = try Int.fetchOne(database, sql: "SELECT count(*) FROM rows")
            return first == second ? first : nil
        }
        for await _ in reading.stream {}
        try await write(100, to: database)
        #expect(try logSize(database) > Self.limits.most * Self.page)
        release.signal()
        #expect(try await seen == 1)
        let long = try logSize(database)
        try await write(100, to: database)
        #expect(try logSize(database) <= long + 20 * Self.page)
        try database.close()
    }
}
