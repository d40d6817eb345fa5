import DashJSON
import DashModel
import DashPipeline
import DashStorage
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import Testing

@testable import DashConnectors

/// The HTTP source and the webhook sink against a real server on loopback.
@Suite struct HTTPConnectorTests {
    private func withServer(
        _ router: Router<BasicRequestContext>,
        _ body: @Sendable (Components, String) async throws -> Void
    ) async throws {
        let app = Application(router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)))
        try await app.test(.live) { client in
            let policy = EgressPolicy(allowing: [AddressRange("127.0.0.0/8")].compactMap { $0 })
            let http = OutboundHTTP(policy: policy, logger: Logger(label: "test"))
            let components = Builtins.components(http: http, filesDirectory: "/nowhere", hasSystemSource: false)
            let outcome = await Result { try await body(components, "http://127.0.0.1:\(client.port ?? 0)") }
            await http.close()
            try outcome.get()
        }
    }

    private let request = FetchRequest(team: .v7(), pipeline: .v7(), dueAt: .epoch, cursor: nil)

    private static let credentials: [(auth: JSONValue, expected: String)] = [
        (["kind": "basic", "username": "u", "password": "p"], "Basic dTpw"),
        (["kind": "bearer", "token": "t"], "Bearer t"),
        (["kind": "header", "name": "x-key", "value": "k"], "key k"),
        (["kind": "query", "name": "key", "value": "a+b c"], "query a+b c"),
        (["kind": "none"], "nothing"),
    ]

    @Test(arguments: credentials)
    func sendsCredentials(auth: JSONValue, expected: String) async throws {
        let router = Router()
        router.get("data") { request, _ in
            if let text = request.headers[.authorization] { return text }
            if let key = HTTPField.Name("x-key").flatMap({ request.headers[$0] }) { return "key " + key }
            if let key = request.uri.queryParameters["key"] { return "query \(key)" }
            return "nothing"
        }
        try await withServer(router) { components, base in
            let make = try #require(components.source("http")?.make)
            let source = try make(["url": .string(base + "/data"), "timeout_seconds": 60, "auth": auth])
            let body = try await source.fetch(request)
            #expect(String(decoding: body.bytes, as: UTF8.self) == expected)
        }
    }

    @Test(arguments: [
        (401, DashError.Code.unauthenticated), (403, .forbidden), (404, .invalid), (429, .rateLimited),
        (500, .unavailable),
        (503, .unavailable),
    ])
    func tellsWhatAStatusMeans(status: Int, code: DashError.Code) async throws {
        let router = Router()
        router.get("data") { _, _ in Response(status: .init(code: status), headers: [.retryAfter: "7"]) }
        try await withServer(router) { components, base in
            let make = try #require(components.source("http")?.make)
            let source = try make(["url": .string(base + "/data"), "timeout_seconds": 60])
            let error = await #expect(throws: DashError.self) { try await source.fetch(request) }
            #expect(error?.code == code)
            if [429, 500, 503].contains(status) { #expect(error?.retryAfter == .seconds(7)) }
        }
    }

    @Test func postsADeliveryWithAStableID() async throws {
        let router = Router()
        let delivery = Delivery(
            id: .v7(),
            team: .v7(),
            pipeline: .v7(),
            lane: .sink(.v7()),
            receivedAt: .epoch,
            firstID: 1,
            lastID: 2,
            attempts: 0,
            records: RecordBytes(bytes: Array(#"{"a":1}{"a":2}"#.utf8), ends: [7, 14])
        )
        let id = delivery.id.text
        router.post("hook") { request, _ in
            let body = String(buffer: try await request.body.collect(upTo: 1_000))
            let keys = ["webhook-id", "idempotency-key"].compactMap { HTTPField.Name($0) }.map { request.headers[$0] }
            return Response(status: body == #"[{"a":1},{"a":2}]"# && keys == [id, id] ? .noContent : .badRequest)
        }
        router.post("busy") { _, _ in Response(status: .serviceUnavailable) }
        router.post("gone") { _, _ in Response(status: .gone) }
        try await withServer(router) { components, base in
            let make = try #require(components.sink("webhook")?.make)
            try await make(["url": .string(base + "/hook"), "timeout_seconds": 60]).send(delivery)
            let busy = await #expect(throws: DashError.self) {
                try await make(["url": .string(base + "/busy"), "timeout_seconds": 60]).send(delivery)
            }
            #expect(busy?.code == .unavailable)
            let gone = await #expect(throws: DashError.self) {
                try await make(["url": .string(base + "/gone"), "timeout_seconds": 60]).send(delivery)
            }
            #expect(gone?.code == .invalid)
        }
    }
}
