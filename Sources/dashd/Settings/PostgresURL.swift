import Foundation

/// A connection URL that was looked at; what is printed of it has no password.
struct PostgresURL: Sendable, CustomStringConvertible {
    static let form = "postgres://user:password@host:port/database?sslmode=…"
    static let sslModes = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"]

    /// The whole of it, for the connection alone.
    let text: String
    let host: String
    let port: Int
    let database: String

    /// Throws what to do about it.
    init(_ text: String) throws(Misshapen) {
        guard let components = URLComponents(string: text), ["postgres", "postgresql"].contains(components.scheme)
        else {
            throw Misshapen("Spell special characters of the password as %XX, for example @ as %40.")
        }
        let options = components.queryItems ?? []
        let socket = options.last { $0.name == "host" }?.value
        guard let host = [components.host, socket].compactMap({ $0 }).first(where: { !$0.isEmpty }) else {
            throw Misshapen("Name the server's host.")
        }
        guard (1...65_535).contains(components.port ?? 5_432) else {
            throw Misshapen("The port is a number from 1 to 65535.")
        }
        let database = components.path.drop { $0 == "/" }
        guard !database.isEmpty, !database.contains("/") else { throw Misshapen("Name the database behind the host.") }
        if let mode = options.last(where: { $0.name == "sslmode" })?.value, !Self.sslModes.contains(mode) {
            throw Misshapen("sslmode is one of \(Self.sslModes.joined(separator: ", ")).")
        }
        self.text = text
        self.host = host
        port = components.port ?? 5_432
        self.database = String(database)
    }

    var description: String { "\(host.contains(":") ? "[\(host)]" : host):\(port)/\(database)" }

    /// What has to be changed.
    struct Misshapen: Error {
        let fix: String
        init(_ fix: String) { self.fix = fix }
    }
}
