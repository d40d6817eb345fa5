import DashJSON
import DashModel
import Foundation
import Hummingbird
import HummingbirdTesting
import Logging
import Testing

@testable import DashConnectors

/// An address is sent as it was written; only what Dash adds is encoded.
@Suite struct HTTPQueryTests {
    @Test(arguments: [
        ("https://a.test/x?q=a+b", "https://a.test/x?q=a+b&n=1%2B2%2F3"),
        ("https://a.test/x?ids=1%2C2;3&e=&f", "https://a.test/x?ids=1%2C2;3&e=&f&n=1%2B2%2F3"),
        ("https://a.test/x?", "https://a.test/x?n=1%2B2%2F3"),
        ("https://a.test/x?a=1&", "https://a.test/x?a=1&n=1%2B2%2F3"),
        ("https://a.test", "https://a.test?n=1%2B2%2F3"),
        ("https://a.test/x#part?n=3", "https://a.test/x?n=1%2B2%2F3#part?n=3"),
        ("https://[2001:db8::1]:8443/%7Ex?q=%41", "https://[2001:db8::1]:8443/%7Ex?q=%41&n=1%2B2%2F3"),
        ("https://u:p%40w@a.test/x?q=ü", "https://u:p%40w@a.test/x?q=ü&n=1%2B2%2F3"),
    ])
    func addsBehindWhatIsThere(url: String, expected: String) {
        #expect(HTTPQuery.adding([("n", "1+2/3")], to: url) == expected)
        #expect(HTTPQuery.replacing([("n", "1+2/3")], in: url) == expected)
    }

    @Test(arguments: [
        ("https://a.test/x?page=1&q=a+b%2C", "https://a.test/x?q=a+b%2C&page=2"),
        ("https://a.test/x?q=;&page=1&page=7&e=", "https://a.test/x?q=;&e=&page=2"),
        ("https://a.test/x?p%61ge=1", "https://a.test/x?page=2"), ("https://a.test/x?page", "https://a.test/x?page=2"),
        ("https://a.test/x?pages=1#page=1", "https://a.test/x?pages=1&page=2#page=1"),
    ])
    func replacesByName(url: String, expected: String) {
        #expect(HTTPQuery.replacing([("page", "2")], in: url) == expected)
    }

    @Test(arguments: ["/d?q=a+b&ids=1%2C2;3&e=", "/d?x=%2f%2F&y=~!*'()", "/a%2Fb/%7E+?z"])
    func reachesTheServerAsItWasWritten(target: String) async throws {
        let router = Router()
        router.get("**") { request, _ in request.uri.string }
        let app = Application(router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)))
        try await app.test(.live) { client in
            let policy = EgressPolicy(allowing: [AddressRange("127.0.0.0/8")].compactMap { $0 })
            let http = OutboundHTTP(policy: policy, logger: Logger(label: "test"))
            let url = "http://127.0.0.1:\(client.port ?? 0)\(target)"
            let outcome = await Result {
                let plain = try await http.send(OutboundRequest(url: url, timeoutSeconds: 300))
                let added = try await http.send(
                    OutboundRequest(url: HTTPQuery.adding([("k", "+")], to: url), timeoutSeconds: 300)
                )
                return [plain, added].map { String(decoding: $0.body, as: UTF8.self) }
            }
            await http.close()
            let reached = try outcome.get()
            #expect(reached == [target, target + (target.contains("?") ? "&" : "?") + "k=%2B"])
        }
    }
}
