import DashModel
public import DashPipeline
import FoundationEssentials

/// Sends the server's own mails by SMTP, one after the other over a connection that is kept open.
public final class SMTPMailer: Mailer {
    /// The mail server that an operator named.
    public struct Server: Sendable, Hashable {
        public enum Encryption: String, Sendable {
            case none, starttls, tls
        }

        public var host: String
        public var port: Int
        public var encryption: Encryption
        public var username: String
        public var password: String
        /// The sender's address.
        public var from: String

        public init(
            host: String,
            port: Int,
            encryption: Encryption,
            username: String,
            password: String,
            from: String
        ) {
            self.host = host
            self.port = port
            self.encryption = encryption
            self.username = username
            self.password = password
            self.from = from
        }
    }

    private let server: Server
    private let egress: EgressGuard
    private let connection = BlockingConnection<MailTransfer>(label: "dash.mail")

    /// `egress` lets the operator's own server be reached, wherever it is.
    public init(_ server: Server, egress: EgressGuard) {
        self.server = server
        self.egress = egress
    }

    public func send(_ letter: Letter) async throws {
        guard Self.isAddress(letter.to) else { throw DashError(.invalid, "The letter's address can't be written to.") }
        let pinned = MailTransfer.Server(
            host: server.host,
            port: server.port,
            address: try await egress.address(of: server.host, port: server.port),
            encryption: .init(rawValue: server.encryption.rawValue) ?? .starttls,
            username: server.username,
            password: server.password,
            timeout: 30
        )
        var message = MailMessage(
            from: server.from,
            to: [letter.to],
            subject: letter.subject,
            text: letter.text,
            id: letter.id.text,
            date: letter.date
        )
        message.fromName = "Dash"
        let (bytes, from) = (message.bytes, server.from)
        try await connection.use {
            try MailTransfer(pinned)
        } _: {
            try $0.send(bytes, from: from, to: [letter.to])
        }
    }

    /// Whether it is an address that can stand in a mail's header and commands as it is.
    public static func isAddress(_ text: String) -> Bool { MailSink.isAddress(text) }
}
