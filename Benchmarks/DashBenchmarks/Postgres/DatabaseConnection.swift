import CLibpq

/// libpq with nothing around it: what the floors are measured with and the databases are prepared through.
final class DatabaseConnection {
    private let handle: OpaquePointer

    init(_ url: String) throws {
        guard let handle = PQconnectdb(url) else { throw BenchError("out of memory") }
        guard PQstatus(handle) == CONNECTION_OK else {
            let reason = String(cString: PQerrorMessage(handle))
            PQfinish(handle)
            throw BenchError(reason)
        }
        self.handle = handle
    }

    deinit { PQfinish(handle) }

    /// Runs statements and gives the last one's rows.
    @discardableResult
    func rows(_ sql: String) throws -> [[String?]] {
        let result = PQexec(handle, sql)
        defer { PQclear(result) }
        guard [PGRES_COMMAND_OK, PGRES_TUPLES_OK].contains(PQresultStatus(result)) else { throw failure }
        return (0..<PQntuples(result)).map { row in
            (0..<PQnfields(result)).map { column in
                PQgetisnull(result, row, column) == 1 ? nil : String(cString: PQgetvalue(result, row, column))
            }
        }
    }

    /// Runs a query and reads its answer to the end, without making values of it; how many rows.
    func count(_ sql: String) throws -> Int {
        let result = PQexec(handle, sql)
        defer { PQclear(result) }
        guard PQresultStatus(result) == PGRES_TUPLES_OK else { throw failure }
        return Int(PQntuples(result))
    }

    func value(_ sql: String) throws -> String { try rows(sql).first?.first.flatMap { $0 } ?? "" }

    /// One COPY in binary format, committed when this returns. `tuples` has neither head nor tail.
    func copy(into target: String, _ tuples: [UInt8]) throws {
        let started = PQexec(handle, "COPY \(target) FROM STDIN BINARY")
        defer { PQclear(started) }
        guard PQresultStatus(started) == PGRES_COPY_IN else { throw failure }
        try put(Self.head)
        try put(tuples)
        try put([0xFF, 0xFF])
        guard PQputCopyEnd(handle, nil) == 1, let ended = PQgetResult(handle) else { throw failure }
        defer { PQclear(ended) }
        guard PQresultStatus(ended) == PGRES_COMMAND_OK else { throw failure }
        while let more = PQgetResult(handle) { PQclear(more) }
    }

    private func put(_ bytes: [UInt8]) throws {
        try bytes.withUnsafeBytes { raw in
            var place = 0
            while place < raw.count {
                let count = min(1 << 18, raw.count - place)
                let start = raw.baseAddress?.advanced(by: place).assumingMemoryBound(to: CChar.self)
                guard PQputCopyData(handle, start, Int32(count)) == 1 else { throw failure }
                place += count
            }
        }
    }

    private static let head: [UInt8] =
        Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0x00] + [UInt8](repeating: 0, count: 8)

    private var failure: BenchError { BenchError(String(cString: PQerrorMessage(handle))) }
}
