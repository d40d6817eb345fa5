import CLibpq
import DashStorage

extension PostgresConnection {
    /// Streams rows in COPY's binary format, within the transaction that is open. `write` sends the format's head and
    /// complete tuples; the tail follows by itself. A failed COPY leaves the connection usable.
    func copy(_ target: String, _ write: (CopyStream) throws -> Void) throws {
        try outsidePipeline {
            try check(PQsendQuery(handle, "COPY \(target) FROM STDIN BINARY"))
            try flush()
            try expectCopyIn()
            let stream = CopyStream(connection: self)
            do {
                try write(stream)
            } catch {
                // Tells the server to forget the rows; its answer is an error of our own making. When not even that
                // gets through the connection is closed, and what made us give up is still what is to be told.
                if handle != nil {
                    do { try giveUp(stream) } catch { close() }
                }
                throw error
            }
            try stream.end()
            try finish()
        }
    }

    private func giveUp(_ stream: CopyStream) throws {
        try stream.end(because: "given up")
        do {
            try finish()
        } catch let error as SQLError where !error.isLost {
            // As expected.
        }
    }

    private func expectCopyIn() throws {
        guard let answer = try next() else { throw lost() }
        defer { PQclear(answer) }
        guard PQresultStatus(answer) != PGRES_COPY_IN else { return }
        let failure = PostgresFailure.error(of: answer)
        try finish()
        throw failure
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
        guard PQstatus(handle) == CONNECTION_OK else { throw lost() }
        try endCancellation()
        if let failure { throw failure }
    }
}
