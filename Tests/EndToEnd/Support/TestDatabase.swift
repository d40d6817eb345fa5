import CLibpq
import Foundation

/// A database of a test's own on one of the servers that `scripts/databases` starts; it goes with the test.
struct TestDatabase: Sendable {
    let url: String

    struct Refused: Error, CustomStringConvertible {
        let description: String
    }

    /// Lends an empty database on the server.
    static func with<Value>(_ server: String, _ body: (TestDatabase) async throws -> Value) async throws -> Value {
        let name = "dash_end_\(getpid())_\(UUID().uuidString.lowercased().filter { $0 != "-" })"
        var components = URLComponents(string: server)
        components?.path = "/" + name
        guard let url = components?.string else { throw Refused(description: "the server's address is none") }
        let administration = TestDatabase(url: server)
        try administration.run("CREATE DATABASE \(name)")
        do {
            let value = try await body(TestDatabase(url: url))
            try administration.run("DROP DATABASE \(name) WITH (FORCE)")
            return value
        } catch {
            _ = try? administration.run("DROP DATABASE \(name) WITH (FORCE)")
            throw error
        }
    }

    /// Runs a statement over a connection of its own; its rows as text.
    @discardableResult
    func run(_ statement: String) throws -> [[String]] {
        let connection = PQconnectdb(url)
        defer { PQfinish(connection) }
        let result = PQexec(connection, statement)
        defer { PQclear(result) }
        let status = PQresultStatus(result)
        guard status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK else {
            let reason = PQerrorMessage(connection).map { String(cString: $0) } ?? "no connection"
            throw Refused(description: "\(statement): \(reason)")
        }
        return (0..<PQntuples(result)).map { row in
            (0..<PQnfields(result)).map { column in PQgetvalue(result, row, column).map { String(cString: $0) } ?? "" }
        }
    }

    /// A whole number, of a statement that gives one.
    func number(_ statement: String) throws -> Int { Int(try run(statement).first?.first ?? "") ?? -1 }
}
