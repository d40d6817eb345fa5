import CLibpq

/// A transaction of the test's that holds locks until it is let go.
final class HeldLock {
    private let connection: OpaquePointer?

    init(_ statement: String, on database: TestDatabase) throws {
        connection = PQconnectdb(database.url)
        for text in ["BEGIN", statement] {
            let result = PQexec(connection, text)
            defer { PQclear(result) }
            guard PQresultStatus(result) == PGRES_COMMAND_OK || PQresultStatus(result) == PGRES_TUPLES_OK else {
                let reason = PQerrorMessage(connection).map { String(cString: $0) } ?? ""
                PQfinish(connection)
                throw TestDatabase.Refused(description: "\(text): \(reason)")
            }
        }
    }

    /// Ends the transaction with its connection.
    func release() { PQfinish(connection) }
}
