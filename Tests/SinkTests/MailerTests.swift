import DashModel
import DashPipeline
import Foundation
import Logging
import Testing

@testable import DashConnectors

/// The server's own mails against a real mail server.
@Suite struct MailerTests {
    private func mailer(
        _ port: Int,
        username: String = "",
        password: String = "",
        encryption: SMTPMailer.Server.Encryption = .none
    ) -> SMTPMailer {
        let server = SMTPMailer.Server(
            host: "127.0.0.1",
            port: port,
            encryption: encryption,
            username: username,
            password: password,
            from: "dash@example.org"
        )
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        return SMTPMailer(server, egress: EgressGuard(policy: TestServers.loopback, logger: logger))
    }

    private func letter(to recipient: String) -> Letter {
        Letter(
            id: .v7(),
            to: recipient,
            subject: "Größe",
            text: "One line\r\n\r\nhttps://dash.example.org/reset-password/x\r\n.\r\nafter a dot\r\n",
            date: Timestamp(seconds: 1_795_000_000)
        )
    }

    @Test(.enabled(if: TestServers.smtp != nil)) func handsLettersOver() async throws {
        let port = try #require(TestServers.smtp)
        let recipient = TestServers.name("letter-") + "@example.org"
        let letter = letter(to: recipient)
        let mailer = mailer(port, username: "dash", password: "s3cret")
        try await mailer.send(letter)
        try await mailer.send(letter)
        let mails = try Mails.read(for: recipient)
        #expect(mails.count == 2)
        let text = try #require(mails.first).text
        for header in [
            "From: Dash <dash@example.org>", "To: <\(recipient)>", "Date: Wed, 18 Nov 2026 11:06:40 +0000",
            "Message-ID: <\(letter.id.text)@example.org>", "Auto-Submitted: auto-generated", "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8", "Subject: =?utf-8?B?",
        ] {
            #expect(text.contains(header), "\(header) in \(text)")
        }
        #expect(try #require(mails.first).parts.first == letter.text)
    }

    @Test(.enabled(if: TestServers.smtp != nil)) func tellsWhatIsForGoodAndWhatIsForNow() async throws {
        let port = try #require(TestServers.smtp)
        let cases: [(SMTPMailer, String, DashError.Code)] = [
            (mailer(port), "refused@example.org", .invalid), (mailer(port), "later@example.org", .unavailable),
            (mailer(port), "a@b.co>\r\nRCPT TO:<eve@b.co", .invalid),
            (mailer(port, username: "dash", password: "wrong"), "ada@example.org", .unavailable),
            // A server without TLS gets nothing when TLS is a must.
            (mailer(port, encryption: .starttls), "ada@example.org", .unavailable),
        ]
        for (mailer, recipient, code) in cases {
            let error = await #expect(throws: DashError.self) { try await mailer.send(letter(to: recipient)) }
            #expect(error?.code == code, "\(recipient)")
        }
    }
}
