import Foundation
import GRDB
import GRDBSQLite

/// The same rows into the same table with the same index, by GRDB with nothing around it, each batch durable.
final class SQLiteFloor {
    private let directory: URL
    private let pool: DatabasePool
    private var next = 0

    init() throws {
        directory = try ServerProcess.temporaryDirectory()
        pool = try DatabasePool(path: directory.appending(path: "floor.sqlite").path)
        try pool.writeWithoutTransaction { db in
            // GRDB sets NORMAL after opening; a receipt needs FULL.
            try db.execute(sql: DashTables.pragmas)
            guard try Int.fetchOne(db, sql: "PRAGMA synchronous") == 2 else {
                throw BenchError("synchronous is not FULL")
            }
            try db.execute(sql: DashTables.records)
        }
    }

    deinit {
        try? pool.close()
        try? FileManager.default.removeItem(at: directory)
    }

    /// Rows a second, with GRDB's own arguments.
    func argumentsRate(batch: [[UInt8]], seconds: Double) throws -> Double {
        let pipeline = Data(DashTables.pipeline)
        let team = Data(DashTables.team)
        return try rate(batch.count, seconds) { db, first, time in
            let statement = try db.cachedStatement(sql: DashTables.insert)
            for (index, record) in batch.enumerated() {
                let text = String(decoding: record, as: UTF8.self)
                try statement.execute(arguments: [first + Int64(index), pipeline, team, text, time])
            }
        }
    }

    /// Rows a second, bound straight on SQLite's statement: the least that an insert costs.
    func statementRate(batch: [[UInt8]], seconds: Double) throws -> Double {
        try rate(batch.count, seconds) { db, first, time in
            let handle = try db.cachedStatement(sql: DashTables.insert).sqliteStatement
            // GRDB may leave a cached statement where it stopped, and a value can't be bound on one that has begun.
            sqlite3_reset(handle)
            try DashTables.pipeline.withUnsafeBytes { pipeline in
                try DashTables.team.withUnsafeBytes { team in
                    sqlite3_bind_blob(handle, 2, pipeline.baseAddress, Int32(pipeline.count), nil)
                    sqlite3_bind_blob(handle, 3, team.baseAddress, Int32(team.count), nil)
                    sqlite3_bind_int64(handle, 5, time)
                    for (index, record) in batch.enumerated() {
                        sqlite3_bind_int64(handle, 1, first + Int64(index))
                        let result = record.withUnsafeBytes { text in
                            let characters = text.baseAddress?.assumingMemoryBound(to: CChar.self)
                            sqlite3_bind_text(handle, 4, characters, Int32(text.count), nil)
                            return sqlite3_step(handle)
                        }
                        guard result == SQLITE_DONE, sqlite3_reset(handle) == SQLITE_OK else {
                            let reason = sqlite3_errmsg(db.sqliteConnection).map { String(cString: $0) } ?? ""
                            throw BenchError("the floor's insert failed: \(result) \(reason)")
                        }
                    }
                }
            }
        }
    }

    private func rate(
        _ count: Int,
        _ seconds: Double,
        _ insert: @escaping (Database, Int64, Int64) throws -> Void
    ) throws -> Double {
        let start = monotonicSeconds()
        var rows = 0
        while monotonicSeconds() - start < seconds {
            let first = Int64(next + 1)
            let time = Int64(Date().timeIntervalSince1970 * 1_000_000)
            try pool.write { db in try insert(db, first, time) }
            next += count
            rows += count
        }
        return Double(rows) / (monotonicSeconds() - start)
    }
}
