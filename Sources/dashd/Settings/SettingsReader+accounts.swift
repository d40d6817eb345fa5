import DashAPI
import DashConnectors
import Foundation

extension SettingsReader {
    /// The mail server that `DASH_SMTP_URL` names.
    mutating func mailServer() -> SMTPMailer.Server? {
        guard let text = value("SMTP_URL", isSecret: true) else { return nil }
        if let server = Self.mailServer(text) { return server }
        refuse(
            "DASH_SMTP_URL",
            "smtp://USER:PASSWORD@host:587?from=dash@example.org, or smtps://… with TLS from the start (port 465)",
            """
            Name the sender's address as from; spell special characters of the password as %XX. A server without TLS, \
            other than on this machine, needs &encryption=none.
            """
        )
        return nil
    }

    private static func mailServer(_ text: String) -> SMTPMailer.Server? {
        guard let url = URLComponents(string: text), let scheme = url.scheme, ["smtp", "smtps"].contains(scheme),
            let named = url.host, !named.isEmpty, url.path.isEmpty || url.path == "/"
        else { return nil }
        let host = named.hasPrefix("[") ? String(named.dropFirst().dropLast()) : named
        let options = Dictionary((url.queryItems ?? []).map { ($0.name, $0.value ?? "") }) { $1 }
        guard options.keys.allSatisfy({ $0 == "from" || $0 == "encryption" }), let from = options["from"],
            SMTPMailer.isAddress(from), (url.user ?? "").isEmpty == (url.password ?? "").isEmpty
        else { return nil }
        let port = url.port ?? (scheme == "smtps" ? 465 : 587)
        guard (1...65_535).contains(port), let encryption = encryption(scheme, host, options["encryption"]) else {
            return nil
        }
        return SMTPMailer.Server(
            host: host,
            port: port,
            encryption: encryption,
            username: url.user ?? "",
            password: url.password ?? "",
            from: from
        )
    }

    /// STARTTLS is a must unless the mail stays on this machine or the operator says otherwise.
    private static func encryption(_ scheme: String, _ host: String, _ asked: String?) -> SMTPMailer.Server.Encryption?
    {
        switch (scheme, asked) {
        case ("smtps", nil), ("smtps", "tls"): .tls
        case ("smtp", "starttls"): .starttls
        case ("smtp", "none"): SMTPMailer.Server.Encryption.none
        case ("smtp", nil):
            ["localhost", "127.0.0.1", "::1"].contains(host) ? SMTPMailer.Server.Encryption.none : .starttls
        default: nil
        }
    }

    mutating func sessionLimits() -> SessionLimits {
        SessionLimits(
            idle: .seconds(Int64(number("SESSION_IDLE_DAYS", 1...3_650, default: 30)) * 86_400),
            absolute: .seconds(Int64(number("SESSION_DAYS", 1...3_650, default: 30)) * 86_400)
        )
    }
}
