import CLibpq

/// Where a server is and what every connection to it is told. The URL holds the password, so it is never shown.
struct PostgresServer: Sendable {
    let url: String
    /// For people: `127.0.0.1:5432`.
    let name: String

    init(url: String) {
        self.url = url
        name = Self.name(of: url)
    }

    /// libpq's parameters: first what the URL may set otherwise, then what it may not. A dead peer is noticed by the
    /// kernel; a transaction of a node that stands still does not hold its locks forever.
    var parameters: [(key: String, value: String)] {
        [
            ("fallback_application_name", "dashd"), ("connect_timeout", "5"),
            ("keepalives_idle", "15"), ("keepalives_interval", "5"), ("keepalives_count", "3"),
            ("tcp_user_timeout", "30000"),
            ("options", "-c timezone=UTC -c idle_in_transaction_session_timeout=60000 -c jit=off"),
            ("dbname", url), ("client_encoding", "UTF8"),
        ]
    }

    private static func name(of url: String) -> String {
        guard let options = PQconninfoParse(url, nil) else { return "the database" }
        defer { PQconninfoFree(options) }
        var found: [String: String] = [:]
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val { found[String(cString: keyword)] = String(cString: value) }
            option += 1
        }
        guard let host = found["host"] ?? found["hostaddr"], !host.isEmpty else { return "the local server" }
        return found["port"].map { "\(host):\($0)" } ?? host
    }
}
