/// Where a server is and what every connection to it is told. The URL holds the password, so it is never shown.
struct PostgresServer: Sendable {
    let url: String
    /// For people: `127.0.0.1:5432`.
    let name: String

    init(url: String) {
        self.url = url
        let rest = url.drop { $0 != ":" }.dropFirst(3)
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        let address = authority.split(separator: "@").last ?? authority
        name = address.isEmpty ? "the local server" : String(address)
    }

    /// libpq's parameters. A dead peer is noticed by the kernel; a wrong schema search path can't be slipped in.
    var parameters: [(key: String, value: String)] {
        [
            ("dbname", url), ("fallback_application_name", "dashd"), ("connect_timeout", "5"),
            ("client_encoding", "UTF8"), ("keepalives_idle", "15"), ("keepalives_interval", "5"),
            ("keepalives_count", "3"), ("tcp_user_timeout", "30000"),
        ]
    }
}
