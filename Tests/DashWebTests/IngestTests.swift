import DashJSON
import DashMapping
import DashModel
import DashPipeline
import FoundationEssentials
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Synchronization
import TestSupport
import Testing

@testable import DashAPI
@testable import DashWeb

@Suite("Ingest")
struct IngestTests {
    static let record = #"{"value":1}"#

    @Test("takes a record with a token and says what became of it")
    func accepts() async throws {
        let site = try await TestSite()
        let tenant = try await site.makeTenant()
        let token = try await site.makeToken(["ingest"], as: tenant.owner)
        try await site.run { client in
            let headers: HTTPFields = [
                .authorization: "Bearer \(token)", .contentType: "application/json", .idempotencyKey: "first",
            ]
            let uri = "/ingest/\(tenant.pipeline.text)"
            try await client.execute(uri: uri, method: .post, headers: headers, body: ByteBuffer(string: Self.record)) {
                #expect($0.status == .accepted)
                #expect(String(buffer: $0.body) == #"{"accepted":1,"quarantined":0,"duplicates":0}"#)
                #expect($0.headers[.setCookie] == nil)
            }
        }
        let request = try #require(site.operations.received.first)
        #expect(String(decoding: request.body, as: UTF8.self) == Self.record)
        #expect(request.form.framing == .json)
        #expect(request.idempotencyKey == "first")
    }

    @Test("inflates gzip and deflate, and reads NDJSON as lines")
    func encodings() async throws {
        let site = try await TestSite()
        let tenant = try await site.makeTenant(auth: "none")
        try await site.run { client in
            for (encoding, bits) in [("gzip", 31), ("deflate", 15), ("deflate", -15)] {
                let body = ByteBuffer(bytes: deflated(Array(Self.record.utf8), windowBits: Int32(bits)))
                let headers: HTTPFields = [.contentEncoding: encoding, .contentType: "application/x-ndjson"]
                let uri = "/ingest/\(tenant.pipeline.text)"
                try await client.execute(uri: uri, method: .post, headers: headers, body: body) {
                    #expect($0.status == .accepted)
                }
            }
        }
        #expect(site.operations.received.map(\.form.framing) == [.lines, .lines, .lines])
        #expect(site.operations.received.allSatisfy { $0.body == Array(Self.record.utf8) })
    }

    /// One refusal: who posts what, and what they are told.
    struct Refusal: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var path: String?
        var token: Token = .good
        var headers: HTTPFields = [:]
        var body: [UInt8] = Array(IngestTests.record.utf8)
        var error: DashError?
        var status: Int
        var code: String
    }

    enum Token { case none, unknown, good, otherPipeline, readOnly, otherTeam }

    static let refusals: [Refusal] = [
        Refusal(testDescription: "no token", token: .none, status: 401, code: "unauthenticated"),
        Refusal(testDescription: "unknown token", token: .unknown, status: 401, code: "unauthenticated"),
        Refusal(testDescription: "another pipeline's token", token: .otherPipeline, status: 403, code: "forbidden"),
        Refusal(testDescription: "a token that may only read", token: .readOnly, status: 403, code: "forbidden"),
        Refusal(testDescription: "another team's token", token: .otherTeam, status: 404, code: "not_found"),
        Refusal(testDescription: "no such pipeline", path: UUID.v7().text, status: 404, code: "not_found"),
        Refusal(testDescription: "not an id", path: "readings", status: 404, code: "not_found"),
        Refusal(testDescription: "broken JSON", body: Array(#"{"a":"#.utf8), status: 400, code: "invalid_body"),
        Refusal(
            testDescription: "not gzip",
            headers: [.contentEncoding: "gzip"],
            status: 400,
            code: "invalid_body"
        ),
        Refusal(
            testDescription: "unknown encoding",
            headers: [.contentEncoding: "br"],
            status: 415,
            code: "unsupported_content_encoding"
        ),
        Refusal(
            testDescription: "an image",
            headers: [.contentType: "image/png"],
            status: 415,
            code: "unsupported_media_type"
        ),
        Refusal(
            testDescription: "too long",
            body: [UInt8](repeating: 32, count: 10 * 1_024 * 1_024 + 1),
            status: 413,
            code: "too_large"
        ),
        Refusal(
            testDescription: "a bomb",
            headers: [.contentEncoding: "gzip"],
            body: deflated([UInt8](repeating: 32, count: 60_000_000), windowBits: 31),
            status: 413,
            code: "too_large"
        ),
        Refusal(
            testDescription: "a key too long",
            headers: [.idempotencyKey: String(repeating: "k", count: 256)],
            status: 422,
            code: "invalid"
        ),
        Refusal(
            testDescription: "too fast",
            error: DashError(.rateLimited, "slow down", retryAfter: .milliseconds(1_200)),
            status: 429,
            code: "rate_limited"
        ),
        Refusal(
            testDescription: "overloaded",
            error: DashError(.unavailable, "full", retryAfter: .seconds(3)),
            status: 503,
            code: "unavailable"
        ),
        Refusal(
            testDescription: "storage full",
            error: DashError(.storageLimit, "full", retryAfter: .seconds(60)),
            status: 507,
            code: "storage_limit"
        ),
    ]

    @Test("refuses with problem details", arguments: refusals)
    func refuses(_ refusal: Refusal) async throws {
        let site = try await TestSite()
        let tenant = try await site.makeTenant()
        site.operations.fail(with: refusal.error)
        var headers = refusal.headers
        if let token = try await token(refusal.token, site, tenant) { headers[.authorization] = "Bearer \(token)" }
        let sent = headers
        try await site.run { client in
            let uri = "/ingest/" + (refusal.path ?? tenant.pipeline.text)
            try await client.execute(uri: uri, method: .post, headers: sent, body: ByteBuffer(bytes: refusal.body)) {
                let problem = try JSONValue(parsing: Array(buffer: $0.body))
                #expect($0.status.code == refusal.status, "\(problem.text)")
                #expect(problem["code"]?.stringValue == refusal.code)
                #expect(problem["status"]?.intValue == refusal.status)
                #expect(problem["detail"]?.stringValue?.isEmpty == false)
                #expect($0.headers[.contentType] == "application/problem+json")
                #expect(($0.headers[.retryAfter] != nil) == (refusal.error?.retryAfter != nil))
                if refusal.status == 401 { #expect($0.headers[.wwwAuthenticate]?.hasPrefix("Bearer") == true) }
                if refusal.code == "invalid_body", refusal.headers.isEmpty {
                    #expect(problem["detail"]?.stringValue?.contains("line 1") == true)
                }
            }
        }
    }

    private func token(_ kind: Token, _ site: TestSite, _ tenant: TestSite.Tenant) async throws -> String? {
        switch kind {
        case .none: return nil
        case .unknown: return "dash_" + String(repeating: "0", count: 64)
        case .good: return try await site.makeToken(["manage"], as: tenant.owner)
        case .readOnly: return try await site.makeToken(["read"], as: tenant.owner)
        case .otherPipeline:
            let other = try await site.makePipeline("Other", as: tenant.owner)
            return try await site.makeToken([.string("ingest:" + other.text)], as: tenant.owner)
        case .otherTeam: return try await site.makeToken(["manage"], as: try await site.makeTenant().owner)
        }
    }

    @Test("reads no byte of the body before it knows who posts")
    func authenticatesFirst() async throws {
        let site = try await TestSite()
        let tenant = try await site.makeTenant()
        let body = UnreadBody()
        let endpoint = IngestEndpoint(
            operations: site.operations,
            tokens: site.tokens,
            border: Border(),
            bodyLimit: 1_000
        )
        let router = Router(context: DashRequestContext.self)
        router.post("/ingest/{pipeline_id}") { request, context in
            var request = request
            request.body = RequestBody(asyncSequence: body)
            return try await endpoint.respond(to: request, context: context)
        }
        let app = Application(router: router, logger: TestSite.quiet)
        try await app.test(.router) { client in
            for headers: HTTPFields in [[:], [.authorization: "Bearer dash_\(String(repeating: "0", count: 64))"]] {
                try await client.execute(uri: "/ingest/\(tenant.pipeline.text)", method: .post, headers: headers) {
                    #expect($0.status == .unauthorized)
                }
            }
        }
        #expect(body.reads == 0)
    }

    /// A body that notes whether anybody asks for it.
    final class UnreadBody: AsyncSequence, Sendable {
        private let count = Mutex(0)
        var reads: Int { count.withLock { $0 } }

        struct Iterator: AsyncIteratorProtocol {
            let body: UnreadBody
            func next() async throws -> ByteBuffer? {
                body.count.withLock { $0 += 1 }
                return nil
            }
        }

        func makeAsyncIterator() -> Iterator { Iterator(body: self) }
    }
}
