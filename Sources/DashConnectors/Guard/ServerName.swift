/// Whom an exchange was with, as messages name it: host, address and port, never a path or a query.
struct ServerName: Sendable, Hashable, CustomStringConvertible {
    let host: String
    let port: Int
    /// nil before the host was looked up.
    var address: String?

    init(_ target: URLTarget) { self.init(host: target.host, port: target.port) }

    init(host: String, port: Int, address: String? = nil) {
        self.host = host
        self.port = port
        self.address = address
    }

    /// `api.example.org (203.0.113.7, port 443)`
    var description: String {
        guard let address, address != host else { return "\(host) (port \(port))" }
        return "\(host) (\(address), port \(port))"
    }
}
