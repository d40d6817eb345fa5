import CLibpq
import DashStorage

extension PostgresConnection {
    /// Streams rows in COPY's binary format, within the transaction that is open. `rows` are complete tuples, without
    /// the format's head and tail; `head` goes before the first.
    func copy(_ target: String, _ write: (CopyStream) throws -> Void) throws {
        try outsidePipeline {
            try check(PQsendQuery(handle, "COPY \(target) FROM STDIN BINARY"))
            try flush()
            try expectCopyIn()
            let stream = CopyStream(connection: self)
            do {
                try write(stream)
                try stream.end()
            } catch let error as SQLError where error.isLost {
                throw error
            } catch {
                // Tells the server to forget the rows; its answer is an error of our own making.
                _ = PQputCopyEnd(handle, "given up")
                _ = try? finish()
                throw error
            }
            try finish()
        }
    }

    private func expectCopyIn() throws {
        guard let answer = try next() else { throw lost() }
        let status = PQresultStatus(answer)
        guard status == PGRES_COPY_IN else {
            let failure = PostgresFailure.error(of: answer)
            PQclear(answer)
            _ = try? finish()
            throw failure
        }
        PQclear(answer)
    }

    /// Reads up to the command's end; throws what the server said of it.
    private func finish() throws {
        try flush()
        var failure: SQLError?
        while let answer = try next() {
            if PQresultStatus(answer) == PGRES_FATAL_ERROR, failure == nil {
                failure = PostgresFailure.error(of: answer)
            }
            PQclear(answer)
        }
        if let failure { throw failure }
    }
}
