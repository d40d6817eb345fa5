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
            try db.execute(sql: "PRAGMA synchronous = FULL")
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
        return try rate(batch.count, seconds) { db, first, time in
            let statement = try db.cachedStatement(sql: DashTables.insert)
            for (index, record) in batch.enumerated() {
                try statement.execute(arguments: [
                    first + Int64(index), pipeline, time, String(decoding: record, as: UTF8.self),
                ])
            }
        }
    }

    /// Rows a second, bound straight on SQLite's statement: the least that an insert costs.
    func statementRate(batch: [[UInt8]], seconds: Double) throws -> Double {
        try rate(batch.count, seconds) { db, first, time in
            let statement = try db.cachedStatement(sql: DashTables.insert)
            let handle = statement.sqliteStatement
            for (index, record) in batch.enumerated() {
                sqlite3_bind_int64(handle, 1, first + Int64(index))
                DashTables.pipeline.withUnsafeBytes {
                    _ = sqlite3_bind_blob(handle, 2, $0.baseAddress, Int32($0.count), nil)
                    sqlite3_bind_int64(handle, 3, time)
                    record.withUnsafeBytes { text in
                        _ = sqlite3_bind_text(
                            handle,
                            4,
                            text.baseAddress?.assumingMemoryBound(to: CChar.self),
                            Int32(text.count),
                            nil
                        )
                        _ = sqlite3_step(handle)
                    }
                }
                guard sqlite3_reset(handle) == SQLITE_OK else { throw BenchError("insert failed") }
            }
        }
    }

    private func rate(_ count: Int, _ seconds: Double, _ insert: @escaping (Database, Int64, Int64) throws -> Void)
        throws -> Double
    {
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
