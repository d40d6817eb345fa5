import DashPipeline
import HTTPTypes
import Hummingbird
import NIOCore
import Testing

@testable import DashAPI

@Suite("Who asks, and from where")
struct AuthenticationTests {
    private func request(_ headers: HTTPFields) -> Request {
        Request(
            head: HTTPRequest(method: .get, scheme: nil, authority: nil, path: "/", headerFields: headers),
            body: RequestBody(buffer: ByteBuffer())
        )
    }

    @Test("a proxy on this machine is believed, nobody else")
    func forwarded() throws {
        let name = try #require(HTTPField.Name("X-Forwarded-For"))
        let forwarded = request([name: "203.0.113.9, 198.51.100.1"])
        #expect(TrustedProxies().client(of: forwarded, peer: "127.0.0.1") == "198.51.100.1")
        #expect(TrustedProxies().client(of: forwarded, peer: "::1") == "198.51.100.1")
        #expect(TrustedProxies().client(of: forwarded, peer: "192.0.2.1") == "192.0.2.1")
        #expect(TrustedProxies().client(of: forwarded, peer: nil) == nil)
        #expect(TrustedProxies().client(of: request([:]), peer: "127.0.0.1") == "127.0.0.1")
        let long = request([name: String(repeating: "x", count: 500)])
        #expect(TrustedProxies().client(of: long, peer: "127.0.0.1") == "127.0.0.1")
    }

    @Test(
        "bearer tokens are read whatever the scheme's case",
        arguments: [
            ("Bearer abc", "abc"), ("bearer abc", "abc"), ("BEARER   abc", "abc"), ("Bearer", nil), ("Bearer ", nil),
            ("Basic abc", nil),
        ] as [(String, String?)]
    )
    func bearer(header: String, token: String?) {
        #expect(request([.authorization: header]).bearerToken == token)
    }

    @Test("cookies are closed to scripts and other sites")
    func cookie() {
        let cookie = SessionCookie.make(token: "abc", lifetime: .seconds(60), secure: true).description
        for part in ["dash_session=abc", "HttpOnly", "SameSite=Lax", "Secure", "Path=/"] {
            #expect(cookie.lowercased().contains(part.lowercased()), "\(cookie)")
        }
        #expect(SessionCookie.expired(secure: false).description.contains("Max-Age=0"))
    }

    @Test("comparisons don't stop at the first difference")
    func constantTime() {
        #expect(ConstantTime.equal("abc", "abc"))
        #expect(!ConstantTime.equal("abc", "abd"))
        #expect(!ConstantTime.equal("abc", "ab"))
        #expect(ConstantTime.equal("", ""))
    }
}
