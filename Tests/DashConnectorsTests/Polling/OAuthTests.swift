import DashJSON
import DashModel
import DashPipeline
import Foundation
import NIOHTTP1
import Synchronization
import Testing

@testable import DashConnectors

@Suite struct OAuthTests {
    private final class HeldClock: WallClock {
        private let time = Mutex(Timestamp(seconds: 1_700_000_000))
        var now: Timestamp { time.withLock { $0 } }
        func pass(_ duration: Duration) { time.withLock { $0 = $0 + duration } }
    }

    private static let auth: JSONValue = [
        "kind": "oauth2", "token_url": "https://id.test/token", "client_id": "a:b", "client_secret": "s +",
        "scope": "r w",
    ]

    /// Gives out t1, t2, … for five minutes each; `revoked` are refused by the API.
    private func api(revoked: Set<String> = []) -> ScriptedAPI {
        let count = Mutex(0)
        return ScriptedAPI { request, _ in
            guard request.url.hasPrefix("https://id.test") else {
                let token = request.headers.first(name: "authorization") ?? ""
                return revoked.contains(token)
                    ? OutboundResponse(status: .unauthorized, headers: [:], body: [])
                    : ScriptedAPI.ok("[{\"t\":\"\(token)\"}]")
            }
            let number = count.withLock { count in
                count += 1
                return count
            }
            return ScriptedAPI.ok("{\"access_token\":\"t\(number)\",\"token_type\":\"Bearer\",\"expires_in\":300}")
        }
    }

    private func token(_ sender: AuthorizedHTTP) async throws -> String {
        let response = try await sender.send(OutboundRequest(url: "https://api.test/x"), auth: Self.auth)
        return response.status == .ok
            ? try JSONValue(parsing: response.body).arrayValue?.first?["t"]?.stringValue ?? ""
            : "\(response.status.code)"
    }

    @Test func keepsATokenUntilShortlyBeforeItExpires() async throws {
        let api = api()
        let clock = HeldClock()
        let sender = AuthorizedHTTP(api, clock: clock)
        #expect(try await token(sender) == "Bearer t1")
        clock.pass(.seconds(260))
        #expect(try await token(sender) == "Bearer t1")
        clock.pass(.seconds(15))
        #expect(try await token(sender) == "Bearer t2")
        let asked = try #require(api.requests.first)
        #expect(asked.method == .POST)
        #expect(
            asked.headers.first(name: "authorization") == "Basic " + Data("a%3Ab:s%20%2B".utf8).base64EncodedString()
        )
        #expect(String(decoding: asked.body, as: UTF8.self) == "grant_type=client_credentials&scope=r%20w")
    }

    @Test func asksForANewTokenOnceWhenOneIsRefused() async throws {
        let once = api(revoked: ["Bearer t1"])
        #expect(try await token(AuthorizedHTTP(once, clock: SystemClock())) == "Bearer t2")
        let always = api(revoked: ["Bearer t1", "Bearer t2", "Bearer t3"])
        #expect(try await token(AuthorizedHTTP(always, clock: SystemClock())) == "401")
        #expect(always.requests.count == 4)
    }

    @Test func saysThatTheClientIsRefused() async throws {
        let api = ScriptedAPI { _, _ in
            OutboundResponse(
                status: .unauthorized,
                headers: [:],
                body: Array(#"{"error":"invalid_client","error_description":"secret s +"}"#.utf8)
            )
        }
        let error = await #expect(throws: DashError.self) { try await token(AuthorizedHTTP(api, clock: SystemClock())) }
        #expect(error?.code == .unauthenticated)
        #expect(error?.message.contains("invalid_client") == true)
        #expect(error?.message.contains("secret s") == false)
    }

    @Test func sendsTheClientInTheBodyWhereTheServerWantsIt() async throws {
        let api = api()
        var auth = Self.auth.objectValue ?? JSONObject()
        auth["client_auth"] = "body"
        auth["audience"] = "https://api.test"
        _ = try await AuthorizedHTTP(api, clock: SystemClock()).send(
            OutboundRequest(url: "https://api.test/x"),
            auth: .object(auth)
        )
        let asked = try #require(api.requests.first)
        #expect(asked.headers.first(name: "authorization") == nil)
        #expect(
            String(decoding: asked.body, as: UTF8.self)
                == "grant_type=client_credentials&scope=r%20w&audience=https%3A%2F%2Fapi.test&client_id=a%3Ab&client_secret=s%20%2B"
        )
    }
}
