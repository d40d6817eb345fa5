import Foundation

/// A database of one measurement's own.
final class BenchDatabase: Sendable {
    let server: DatabaseServer
    let name: String
    let url: String

    init(_ server: DatabaseServer, _ purpose: String) throws {
        self.server = server
        name = "dash_bench_\(purpose)_\(UUID().uuidString.prefix(8).lowercased())"
        guard var components = URLComponents(string: server.url) else { throw BenchError("the database's URL is none") }
        components.path = "/\(name)"
        guard let url = components.string else { throw BenchError("the database's URL is none") }
        self.url = url
        try server.connect().rows("CREATE DATABASE \(name)")
    }

    /// What Dash is told to keep its data here; the secrets in it are nobody's.
    var environment: [String: String] {
        ["DASH_DATABASE_URL": url, "DASH_SECRET_KEYS": Data(repeating: 7, count: 32).base64EncodedString()]
    }

    func connect() throws -> DatabaseConnection { try DatabaseConnection(url) }

    /// Makes Dash's own schema in it, by Dash itself.
    func migrate(_ run: BenchRun) throws {
        let data = try ServerProcess.temporaryDirectory()
        defer { try? FileManager.default.removeItem(at: data) }
        try DashUnderTest.command(run, ["migrate"], data, environment)
    }

    /// Every window starts on an empty table, with nothing left to write out from the one before.
    func clear() throws {
        let connection = try connect()
        try connection.rows("TRUNCATE pipeline_data")
        try connection.rows("CHECKPOINT")
    }

    var recordCount: Int { get throws { Int(try connect().value("SELECT count(*) FROM pipeline_data")) ?? 0 } }

    func drop() {
        do {
            try server.connect().rows("DROP DATABASE IF EXISTS \(name) WITH (FORCE)")
        } catch {
            print("\(name) could not be dropped: \(error)")
        }
    }
}
