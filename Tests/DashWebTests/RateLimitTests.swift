import DashJSON
import DashModel
import DashPipeline
import DashSQLite
import DashStorage
import FoundationEssentials
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing

@testable import DashAPI
@testable import DashWeb

@Suite("Rates")
struct RateLimitTests {
    private static let policy = HTTPField.Name("RateLimit-Policy") ?? .date
    private static let left = HTTPField.Name("RateLimit") ?? .date

    private static func get(_ path: String, _ token: String) -> (String, HTTPFields) {
        (path, [.authorization: "Bearer " + token])
    }

    @Test("of requests are told, and refused beyond the limit of the team, not of others")
    func requests() async throws {
        var limits = BorderLimits()
        limits.requests = 3
        let site = try await TestSite(limits: limits)
        let (busy, quiet) = (try await site.makeTenant(), try await site.makeTenant())
        let (first, second) = (
            try await site.makeToken(["read"], as: busy.owner), try await site.makeToken(["read"], as: quiet.owner)
        )
        try await site.run { client in
            for left in [2, 1, 0] {
                let (path, headers) = Self.get("/api/v1/pipelines", first)
                try await client.execute(uri: path, method: .get, headers: headers) { response in
                    #expect(response.status == .ok)
                    #expect(response.headers[Self.policy] == "\"requests\";q=3;w=60")
                    #expect(response.headers[Self.left]?.hasPrefix("\"requests\";r=\(left);t=") == true)
                }
            }
            let (path, headers) = Self.get("/api/v1/pipelines", first)
            try await client.execute(uri: path, method: .get, headers: headers) { response in
                #expect(response.status == .tooManyRequests)
                #expect(response.headers[.retryAfter].flatMap { Int($0) }.map { $0 >= 1 } == true)
                #expect(response.headers[Self.left]?.hasPrefix("\"requests\";r=0") == true)
                #expect(response.headers[.contentType]?.contains("vnd.api+json") == true)
                #expect(String(buffer: response.body).contains("beyond the limit \\\"requests\\\""))
            }
            let (other, theirs) = Self.get("/api/v1/pipelines", second)
            try await client.execute(uri: other, method: .get, headers: theirs) { #expect($0.status == .ok) }
        }
    }

    @Test("of posts are told with each answer and name their limit")
    func posts() async throws {
        var limits = BorderLimits()
        limits.posts = 2
        let site = try await TestSite(limits: limits)
        let tenant = try await site.makeTenant(auth: "none")
        try await site.run { client in
            let path = "/ingest/" + tenant.pipeline.text
            for left in [1, 0] {
                try await client.execute(uri: path, method: .post, body: ByteBuffer(string: "{}")) { response in
                    #expect(response.status == .accepted)
                    #expect(response.headers[Self.left]?.hasPrefix("\"posts\";r=\(left)") == true)
                }
            }
            try await client.execute(uri: path, method: .post, body: ByteBuffer(string: "{}")) { response in
                #expect(response.status == .tooManyRequests)
                #expect(response.headers[.retryAfter] != nil)
                #expect(response.headers[Self.policy] == "\"posts\";q=2;w=60")
                #expect(String(buffer: response.body).contains("posts"))
            }
        }
        #expect(site.operations.received.count == 2, "what is beyond the limit is not read")
    }

    @Test("of queries have a limit of their own")
    func queries() async throws {
        var limits = BorderLimits()
        limits.queries = 1
        let site = try await TestSite(limits: limits)
        let tenant = try await site.makeTenant(records: [#"{"value":1}"#])
        let token = try await site.makeToken(["read"], as: tenant.owner)
        let body = ByteBuffer(bytes: LiveTests.query(tenant).encoded())
        try await site.run { client in
            let headers: HTTPFields = [.authorization: "Bearer " + token, .contentType: "application/json"]
            for status in [HTTPResponse.Status.ok, .tooManyRequests] {
                try await client.execute(uri: "/api/v1/query", method: .post, headers: headers, body: body) {
                    #expect($0.status == status)
                }
            }
        }
    }

    @Test("a team has no more rows of a kind than it may")
    func rows() async throws {
        var limits = BorderLimits()
        limits.dashboards = 2
        let site = try await TestSite(limits: limits)
        let (tenant, other) = (try await site.makeTenant(), try await site.makeTenant())
        _ = try await site.makeDashboard(as: tenant.owner)
        _ = try await site.makeDashboard(as: tenant.owner)
        let error = await #expect(throws: DashError.self) { _ = try await site.makeDashboard(as: tenant.owner) }
        #expect(error?.code == .conflict)
        #expect(error?.message.contains("2 dashboards") == true)
        _ = try await site.makeDashboard(as: other.owner)
        try await site.store.engine.close()
    }
}
