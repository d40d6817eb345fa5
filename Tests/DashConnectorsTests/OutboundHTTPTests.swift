import DashModel
import Foundation
import Hummingbird
import HummingbirdTesting
import Logging
import NIOHTTP1
import Testing

@testable import DashConnectors

@Suite struct OutboundHTTPTests {
    /// A real server on loopback, and a client that may reach it.
    private func withServer(
        _ router: Router<BasicRequestContext>,
        allowing ranges: [String] = ["127.0.0.0/8", "::1"],
        _ body: @Sendable (OutboundHTTP, String) async throws -> Void
    ) async throws {
        let app = Application(router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)))
        try await app.test(.live) { client in
            let policy = EgressPolicy(allowing: ranges.compactMap { AddressRange($0) })
            let http = OutboundHTTP(policy: policy, logger: Logger(label: "test"))
            let outcome = await Result { try await body(http, "127.0.0.1:\(client.port ?? 0)") }
            await http.close()
            try outcome.get()
        }
    }

    @Test func readsTheAnswer() async throws {
        let router = Router()
        router.get("x") { request, _ in "got \(request.uri.queryParameters["a"] ?? "")" }
        try await withServer(router) { http, address in
            let response = try await http.send(OutboundRequest(url: "http://\(address)/x?a=1", timeoutSeconds: 300))
            #expect(response.status == .ok)
            #expect(String(decoding: response.body, as: UTF8.self) == "got 1")
        }
    }

    @Test(arguments: [
        "127.0.0.1", "localhost", "0x7f000001", "2130706433", "127.1", "017700000001", "[::1]", "0.0.0.0",
    ])
    func refusesEverySpellingOfLoopback(host: String) async throws {
        let http = OutboundHTTP(policy: EgressPolicy(), logger: Logger(label: "test"))
        let error = await #expect(throws: DashError.self) {
            try await http.send(OutboundRequest(url: "http://\(host):9/secret?token=abc"))
        }
        #expect(error?.code == .forbidden)
        #expect(error?.message.contains("secret") == false)
    }

    @Test func refusesARedirectToAPrivateAddress() async throws {
        let router = Router()
        router.get("away") { _, _ in
            Response(status: .found, headers: [.location: "http://169.254.169.254/latest/meta-data"])
        }
        try await withServer(router) { http, address in
            let error = await #expect(throws: DashError.self) {
                try await http.send(
                    OutboundRequest(url: "http://\(address)/away", timeoutSeconds: 300, maxRedirects: 5)
                )
            }
            #expect(error?.code == .forbidden)
        }
    }

    @Test func followsRedirectsUpToTheLimit() async throws {
        let router = Router()
        router.get("loop") { _, _ in Response(status: .found, headers: [.location: "/loop"]) }
        router.get("once") { _, _ in Response(status: .movedPermanently, headers: [.location: "/end"]) }
        router.get("end") { _, _ in "end" }
        try await withServer(router) { http, address in
            let response = try await http.send(
                OutboundRequest(url: "http://\(address)/once", timeoutSeconds: 300, maxRedirects: 5)
            )
            #expect(String(decoding: response.body, as: UTF8.self) == "end")
            await #expect(throws: DashError.self) {
                try await http.send(
                    OutboundRequest(url: "http://\(address)/loop", timeoutSeconds: 300, maxRedirects: 5)
                )
            }
        }
    }

    @Test func refusesAnAnswerThatIsTooLarge() async throws {
        let router = Router()
        router.get("big") { _, _ in String(repeating: "x", count: 5_000) }
        try await withServer(router) { http, address in
            let error = await #expect(throws: DashError.self) {
                try await http.send(
                    OutboundRequest(url: "http://\(address)/big", timeoutSeconds: 300, maxResponseBytes: 1_000)
                )
            }
            #expect(error?.code == .tooLarge)
        }
    }

    @Test func tellsThatNobodyAnswers() async throws {
        let http = OutboundHTTP(
            policy: EgressPolicy(allowing: [try #require(AddressRange("127.0.0.0/8"))]),
            logger: Logger(label: "test")
        )
        let error = await #expect(throws: DashError.self) {
            try await http.send(OutboundRequest(url: "http://127.0.0.1:1/", timeoutSeconds: 1))
        }
        #expect(error?.code == .unavailable)
        await http.close()
    }

    @Test func readsRetryAfterInBothForms() throws {
        let now = try #require(Timestamp(text: "1994-11-06T08:49:07Z"))
        func wait(_ value: String) -> Duration? {
            OutboundResponse(status: .ok, headers: ["retry-after": value], body: []).retryAfter(now: now)
        }
        #expect(wait("120") == .seconds(120))
        #expect(wait("Sun, 06 Nov 1994 08:49:37 GMT") == .seconds(30))
        #expect(wait("99999999") == .seconds(3_600))
        #expect(wait("soon") == nil)
    }
}
