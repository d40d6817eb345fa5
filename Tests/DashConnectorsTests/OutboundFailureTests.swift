import DashJSON
import DashModel
import DashPipeline
import DashStorage
import Foundation
import Logging
import NIOHTTP1
import TestSupport
import Testing

@testable import DashConnectors

/// What a request came to is told as somebody would who knows the machine: what happened, where, and what the answer was;
/// never a path or a query.
@Suite struct OutboundFailureTests {
    private struct Spoken: Error, CustomStringConvertible {
        var description: String
    }

    private func withHTTP<Value>(_ body: (OutboundHTTP) async throws -> Value) async throws -> Value {
        let policy = EgressPolicy(allowing: [try #require(AddressRange("127.0.0.0/8"))])
        let http = OutboundHTTP(policy: policy, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let outcome = await Result { try await body(http) }
        await http.close()
        return try outcome.get()
    }

    private func failure(
        _ answer: String,
        scheme: String = "http",
        thenCloses: Bool = true,
        limit: Int = 1_000,
        seconds: Int = 120
    ) async throws -> DashError {
        let server = try RawServer(answer, thenCloses: thenCloses)
        defer { server.close() }
        let error = try await withHTTP { http in
            await #expect(throws: DashError.self) {
                var request = OutboundRequest(
                    url: "\(scheme)://127.0.0.1:\(server.port)/s3cret/path?token=s3cret",
                    timeoutSeconds: seconds,
                    maxResponseBytes: limit
                )
                request.headers.add(name: "authorization", value: "Bearer s3cret")
                return try await http.send(request)
            }
        }
        let told = try #require(error)
        #expect(told.message.contains("127.0.0.1 (port \(server.port))"), "\(told.message)")
        #expect(!told.message.contains("s3cret"), "\(told.message)")
        return told
    }

    private static let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json; charset=utf-8\r\n"

    @Test func anAnswerThatIsCutOff() async throws {
        let cut = try await failure(Self.head + "content-length: 100\r\n\r\n[{\"a\":1}")
        #expect(cut.code == .unavailable)
        #expect(
            cut.message.contains("broke off its answer (200, application/json) after 8 of 100 bytes"),
            "\(cut.message)"
        )
        let chunked = try await failure(Self.head + "transfer-encoding: chunked\r\n\r\n8\r\n[{\"a\":1}\r\n")
        #expect(
            chunked.message.contains("broke off its answer (200, application/json) after 8 bytes"),
            "\(chunked.message)"
        )
    }

    private func answer(_ body: [UInt8], encoding: String, limit: Int = 1_000) async throws -> OutboundResponse {
        let head = Self.head + "content-encoding: \(encoding)\r\ncontent-length: \(body.count)\r\n\r\n"
        let server = try RawServer(Array(head.utf8) + body)
        defer { server.close() }
        return try await withHTTP { http in
            try await http.send(
                OutboundRequest(
                    url: "http://127.0.0.1:\(server.port)/",
                    timeoutSeconds: 120,
                    maxResponseBytes: limit
                )
            )
        }
    }

    @Test func answersInGzip() async throws {
        let text = Array("{\"a\":1}\n".utf8)
        let member = deflated(text, windowBits: 31)
        #expect(try await answer(member + member, encoding: "gzip").body == text + text)
        #expect(try await answer([], encoding: "gzip").body == [])
        for broken in [Array(member.dropLast(3)), member + Array("junk".utf8), text] {
            let error = await #expect(throws: DashError.self) { try await answer(broken, encoding: "gzip") }
            let message = error?.message ?? ""
            #expect(
                message.contains("sent its answer (200, application/json) in a form that can't be read"),
                "\(message)"
            )
            #expect(message.contains("gzip") && error?.code == .invalid, "\(message)")
        }
        let zeros = deflated([UInt8](repeating: 0, count: 2_000), windowBits: 31)
        let error = await #expect(throws: DashError.self) { try await answer(zeros, encoding: "gzip") }
        #expect(error?.code == .tooLarge)
        #expect(error?.message.contains("with more than 1000 bytes") == true, "\(error?.message ?? "")")
    }

    @Test func anAnswerThatIsTooLarge() async throws {
        let large = try await failure(
            "HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 200\r\n\r\n"
                + String(repeating: "x", count: 200),
            limit: 100
        )
        #expect(large.code == .tooLarge)
        #expect(large.message.contains("answered (200, text/plain) with more than 100 bytes"), "\(large.message)")
    }

    @Test func anAnswerThatStops() async throws {
        try await stops(Self.head + "content-length: 100\r\n\r\n[{\"a\":1}") {
            "sent only 8 of 100 bytes of its answer (200, application/json) in \($0) s"
        }
    }

    @Test func noAnswerAtAll() async throws {
        #expect(try await failure("").message.contains("closed the connection before it answered"))
        try await stops("") { "did not answer within \($0) s" }
    }

    /// A machine that is too slow to come as far as the answer goes has more time with the next try.
    private func stops(_ answer: String, telling told: (_ seconds: Int) -> String) async throws {
        var messages: [String] = []
        for seconds in [2, 10, 50] {
            let error = try await failure(answer, thenCloses: false, seconds: seconds)
            #expect(error.code == .unavailable)
            if error.message.contains(told(seconds)) { return }
            messages.append(error.message)
        }
        Issue.record("\(messages)")
    }

    @Test func anotherProtocol() async throws {
        let mail = try await failure("220 mail.example.org ESMTP\r\n")
        #expect(mail.message.contains("something else than HTTP"), "\(mail.message)")
        let plain = try await failure("HTTP/1.1 400 Bad Request\r\n\r\n", scheme: "https")
        #expect(plain.message.contains("does not speak TLS on this port"), "\(plain.message)")
    }

    @Test func aPortThatNobodyListensOn() async throws {
        let port = try RawServer.closedPort()
        let error = try await withHTTP { http in
            await #expect(throws: DashError.self) {
                try await http.send(OutboundRequest(url: "http://127.0.0.1:\(port)/s3cret", timeoutSeconds: 300))
            }
        }
        #expect(
            error?.message.hasPrefix("127.0.0.1 (port \(port)) refused the connection") == true,
            "\(error?.message ?? "")"
        )
    }

    @Test func redirectsWithoutAnEnd() async throws {
        let server = try RawServer(
            "HTTP/1.1 302 Found\r\nlocation: /s3cret?a=s3cret\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
        )
        defer { server.close() }
        let error = try await withHTTP { http in
            await #expect(throws: DashError.self) {
                try await http.send(
                    OutboundRequest(url: "http://127.0.0.1:\(server.port)/", timeoutSeconds: 300, maxRedirects: 3)
                )
            }
        }
        #expect(error?.message.contains("redirected more than 3 times") == true)
        #expect(error?.message.contains("127.0.0.1 (port \(server.port)) again") == true, "\(error?.message ?? "")")
        #expect(error?.message.contains("s3cret") == false)
    }

    @Test(arguments: [
        (
            "handshakeFailed(BoringSSLError.sslError([Error: 268435581 error:1000007d:SSL routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED]))",
            "certificate of a.test (192.0.2.1, port 443) is not accepted"
        ),
        ("failedToValidateHostname(expected: a.test)", "is for another host than a.test"),
        (
            "handshakeFailed(BoringSSLError.sslError([Error: error:100000f7:SSL routines:OPENSSL_internal:WRONG_VERSION_NUMBER]))",
            "does not speak TLS"
        ),
        (
            "handshakeFailed(BoringSSLError.sslError([Error: error:10000410:SSL routines:OPENSSL_internal:SSLV3_ALERT_HANDSHAKE_FAILURE]))",
            "The TLS handshake with a.test (192.0.2.1, port 443) failed: SSLV3_ALERT_HANDSHAKE_FAILURE"
        ),
        ("uncleanShutdown of TLS", "ended the connection during the TLS handshake"),
        ("something", "a.test (192.0.2.1, port 443) could not be reached."),
    ])
    func whatTLSSays(text: String, told: String) {
        let server = ServerName(host: "a.test", port: 443, address: "192.0.2.1")
        let error = OutboundFailure.explained(Spoken(description: text), at: server, OutboundRequest(url: ""))
        #expect((error as? DashError)?.message.contains(told) == true, "\(error)")
    }

    // MARK: Sources

    private static let login =
        "<!DOCTYPE html><html><head><title>Sign in to Example</title></head><body>…</body></html>"

    private static func answering(_ status: Int, _ type: String, _ body: String) -> ScriptedAPI {
        ScriptedAPI { _, _ in
            var response = OutboundResponse(
                status: .init(statusCode: status),
                headers: ["content-type": type],
                body: Array(body.utf8)
            )
            response.server = ServerName(host: "a.test", port: 443, address: "192.0.2.1")
            return response
        }
    }

    private static let sources: [(String, JSONValue)] = [
        ("http", ["url": "https://a.test/x?key=s3cret"]),
        ("http", ["url": "https://a.test/x?key=s3cret", "pagination": ["kind": "page"]]),
        ("http", ["url": "https://a.test/x?key=s3cret", "format": "json"]),
        ("graphql", ["url": "https://a.test/x?key=s3cret", "query": "{ a }"]),
        (
            "http",
            [
                "url": "https://a.test/x",
                "auth": [
                    "kind": "oauth2", "token_url": "https://a.test/t", "client_id": "c", "client_secret": "s3cret",
                ],
            ]
        ),
    ]

    @Test(arguments: sources) func aSignInPageInsteadOfRecords(kind: String, config: JSONValue) async throws {
        for status in [200, 401, 404, 503] {
            let scene = PollingScene(Self.answering(status, "text/html; charset=utf-8", Self.login))
            let error = await #expect(throws: DashError.self) { try await scene.poll(config, kind: kind) }
            let message = error?.message ?? ""
            #expect(message.contains("a.test (192.0.2.1, port 443)"), "\(message)")
            #expect(message.contains("\(status)"), "\(message)")
            #expect(message.contains("(text/html: \"Sign in to Example\")"), "\(message)")
            #expect(!message.contains("s3cret"))
        }
    }

    @Test func anAnswerOfAnotherFormat() async throws {
        let api = Self.answering(
            200,
            "text/plain",
            "We are back\u{7}  at\nnoon. Ticket 9f86d081884c7d659a2feaa0c55ad015"
        )
        let paged: JSONValue = ["url": "https://a.test/x", "format": "json", "pagination": ["kind": "page"]]
        let error = await #expect(throws: DashError.self) { try await PollingScene(api).poll(paged) }
        let told = "a.test (192.0.2.1, port 443) (text/plain: \"We are back at noon. Ticket …\") can't be read"
        #expect(error?.message.contains(told) == true, "\(error?.message ?? "")")
        let clock = SystemClock()
        let source = try HTTPSource(
            config: ["url": "https://a.test/x"],
            http: AuthorizedHTTP(api, clock: clock),
            clock: clock
        )
        let body = try await source.fetch(FetchRequest(team: UUID(), pipeline: UUID(), dueAt: .epoch, cursor: nil))
        #expect(body.answer().contains("(text/plain: \"We are back at noon. Ticket …\")"))
    }

    // MARK: Sinks

    private static let sinks: [(String, @Sendable (Int) -> JSONValue)] = [
        ("webhook", { ["url": .string("http://127.0.0.1:\($0)/s3cret"), "timeout_seconds": 60] }),
        (
            "postgresql",
            {
                [
                    "host": "127.0.0.1", "port": .number(JSONNumber($0)), "database": "d", "user": "u", "table": "t",
                    "password": "s3cret",
                ]
            }
        ),
        (
            "s3",
            {
                [
                    "endpoint": .string("http://127.0.0.1:\($0)"), "bucket": "abc", "access_key_id": "k",
                    "secret_access_key": "s3cret", "timeout_seconds": 60,
                ]
            }
        ),
        (
            "kafka",
            { ["brokers": .string("127.0.0.1:\($0)"), "topic": "t", "timeout_seconds": 2] }
        ),
        ("redis", { ["host": "127.0.0.1", "port": .number(JSONNumber($0)), "stream": "s", "password": "s3cret"] }),
        ("mqtt", { ["host": "127.0.0.1", "port": .number(JSONNumber($0)), "topic": "t", "password": "s3cret"] }),
        (
            "email",
            {
                [
                    "host": "127.0.0.1", "port": .number(JSONNumber($0)), "from": "a@b.test", "to": "c@d.test",
                    "password": "s3cret",
                ]
            }
        ),
    ]

    @Test(arguments: sinks.map(\.0)) func everySinkSaysWhereNobodyListens(kind: String) async throws {
        let port = try RawServer.closedPort()
        let config = try #require(Self.sinks.first { $0.0 == kind }).1(port)
        let error = try await withHTTP { http in
            let components = Builtins.components(http: http, filesDirectory: "/nowhere", hasSystemSource: false)
            let sink = try #require(components.sink(kind)).make(config)
            let error = await #expect(throws: DashError.self) {
                try await sink.test(for: EgressOrigin(team: UUID(), pipeline: UUID()))
            }
            await sink.close()
            return error
        }
        let message = error?.message ?? ""
        #expect(error?.code == .unavailable)
        #expect(message.contains("127.0.0.1"), "\(message)")
        #expect(message.contains("\(port)"), "\(message)")
        #expect(!message.contains("s3cret"), "\(message)")
    }

    @Test(arguments: ["webhook", "s3"]) func aReceiverThatAnswersWithAPage(kind: String) async throws {
        let page = Self.login
        let server = try RawServer(
            "HTTP/1.1 404 Not Found\r\ncontent-type: text/html\r\nconnection: close\r\ncontent-length: \(page.utf8.count)\r\n\r\n"
                + page
        )
        defer { server.close() }
        let config = try #require(Self.sinks.first { $0.0 == kind }).1(server.port)
        let delivery = Delivery.holding([Array("{\"a\":1}".utf8)])
        let error = try await withHTTP { http in
            let components = Builtins.components(http: http, filesDirectory: "/nowhere", hasSystemSource: false)
            let sink = try #require(components.sink(kind)).make(config)
            return await #expect(throws: DashError.self) { try await sink.send([delivery]) }
        }
        let message = error?.message ?? ""
        #expect(message.contains("127.0.0.1 (port \(server.port)) answered 404"), "\(message)")
        #expect(message.contains("(text/html: \"Sign in to Example\")"), "\(message)")
        #expect(!message.contains("s3cret"), "\(message)")
    }
}
