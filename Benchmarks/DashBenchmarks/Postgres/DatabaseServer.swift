import Foundation

/// The PostgreSQL server that is measured on; the login must be a superuser's, on this machine.
struct DatabaseServer: Sendable {
    let url: String
    /// `PostgreSQL 17.11, timescaledb 2.19.3, shared_buffers 2GB, …`
    let description: String
    private let postmaster: Int

    init(url: String) throws {
        self.url = url
        let connection = try DatabaseConnection(url)
        func setting(_ name: String) throws -> String { try connection.value("SHOW \(name)") }
        guard let backend = Int(try connection.value("SELECT pg_backend_pid()")),
            let times = ProcessTimes(of: backend)
        else { throw BenchError("the database server must run on this machine: its processor time is measured") }
        postmaster = times.parent
        let extensions = try connection.rows(
            "SELECT name || ' ' || default_version FROM pg_available_extensions WHERE name = 'timescaledb'"
        )
        let settings = ["shared_buffers", "max_wal_size", "synchronous_commit", "full_page_writes", "fsync", "jit"]
        description = try
            (["PostgreSQL \(setting("server_version"))"] + extensions.compactMap { $0[0] }
            + settings.map { "\($0) \(try setting($0))" }).joined(separator: ", ")
    }

    /// User and system time of all its processes so far.
    var cpuSeconds: Double { ProcessTimes.tree(of: postmaster) }

    func connect() throws -> DatabaseConnection { try DatabaseConnection(url) }

    /// Sets what every connection then has, runs, and takes it back.
    func with<Value>(_ settings: [(name: String, value: String)], _ body: () throws -> Value) throws -> Value {
        let connection = try connect()
        defer {
            for setting in settings { _ = try? connection.rows("ALTER SYSTEM RESET \(setting.name)") }
            _ = try? connection.rows("SELECT pg_reload_conf()")
        }
        for setting in settings { try connection.rows("ALTER SYSTEM SET \(setting.name) = '\(setting.value)'") }
        try connection.rows("SELECT pg_reload_conf()")
        let watcher = try connect()
        for setting in settings {
            let end = monotonicSeconds() + 5
            while try watcher.value("SELECT setting FROM pg_settings WHERE name = '\(setting.name)'") != setting.value {
                guard monotonicSeconds() < end else { throw BenchError("\(setting.name) can't be set") }
                usleep(20_000)
            }
        }
        return try body()
    }
}
