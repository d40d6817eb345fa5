import CLibpq
import Dispatch

/// What tests ask of a server outside of any store, over a connection that is opened for it.
enum Administration {
    /// Runs the statements one by one and gives the first column of the last one's rows.
    @discardableResult
    static func run(_ statements: String..., on url: String) async throws -> [String] {
        // libpq blocks, so it has a thread of its own.
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue(label: "administration").async {
                continuation.resume(with: Result { try runNow(statements, on: url) })
            }
        }
    }

    private static func runNow(_ statements: [String], on url: String) throws -> [String] {
        let connection = PQconnectdb(url)
        defer { PQfinish(connection) }
        guard PQstatus(connection) == CONNECTION_OK else { throw Unexpected(message(connection)) }
        var values: [String] = []
        for statement in statements {
            let result = PQexec(connection, statement)
            defer { PQclear(result) }
            let status = PQresultStatus(result)
            guard status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK else {
                throw Unexpected("\(statement): \(message(connection))")
            }
            values = (0..<PQntuples(result)).map { row in
                PQgetvalue(result, row, 0).map { String(cString: $0) } ?? ""
            }
        }
        return values
    }

    private static func message(_ connection: OpaquePointer?) -> String {
        PQerrorMessage(connection).map { String(cString: $0) } ?? "no connection"
    }
}
