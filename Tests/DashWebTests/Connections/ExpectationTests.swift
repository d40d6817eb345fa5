import DashJSON
import DashModel
import DashPipeline
import FoundationEssentials
import Testing

@testable import DashAPI
@testable import DashWeb

@Suite("Expect: 100-continue", .timeLimit(.minutes(10)))
struct ExpectationTests {
    private static func head(_ path: String, _ length: Int, _ fields: [String] = []) -> String {
        ([
            "POST \(path) HTTP/1.1", "Host: x", "Content-Length: \(length)", "Expect: 100-continue",
        ] + fields).joined(separator: "\r\n") + "\r\n\r\n"
    }

    private static let word = "HTTP/1.1 100 Continue\r\n\r\n"
    private static let jsonAPI = "Content-Type: application/vnd.api+json"

    @Test("what is accepted by its head is asked for and taken, on each way in that takes bodies")
    func accepted() async throws {
        let site = try await TestSite()
        let tenant = try await site.makeTenant()
        let token = "Authorization: Bearer " + (try await site.makeToken(["manage", "ingest"], as: tenant.owner))
        let document = #"{"data":{"type":"dashboards","attributes":{"name":"Board","slug":"a-board"}}}"#
        let question =
            #"{"pipeline_id":"\#(tenant.pipeline.text)","fields":[{"path":"value","aggregate":"count"}],"range":{"last":"1h"}}"#
        let ways = [
            ("/ingest/\(tenant.pipeline.text)", #"{"value":1}"#, [token], 202),
            ("/api/v1/dashboards", document, [token, Self.jsonAPI], 201),
            ("/api/v1/query", question, [token, "Content-Type: application/json"], 200),
            ("/sign-in", "email=a%40example.org&password=x", ["Content-Type: application/x-www-form-urlencoded"], 403),
        ]
        try await site.serve { port in
            try await RawClient.with(port) { client in
                for (path, body, fields, status) in ways {
                    try await client.send(Self.head(path, body.utf8.count, fields))
                    #expect(try await client.hear(until: "\r\n\r\n") == Self.word, "\(path)")
                    try await client.send(body)
                    let answer = try await client.answer()
                    #expect(answer.status == status, "\(path): \(answer.body)")
                    #expect(answer["connection"] == nil, "\(path): the connection goes on")
                }
            }
        }
        #expect(site.operations.received.count == 1)
    }

    @Test("what is refused by its head is answered at once, without its body, and the connection closed")
    func refused() async throws {
        var limits = BorderLimits()
        limits.posts = 1
        let site = try await TestSite(limits: limits)
        let (tenant, spent) = (try await site.makeTenant(), try await site.makeTenant(auth: "none"))
        let token = "Authorization: Bearer " + (try await site.makeToken(["manage", "ingest"], as: tenant.owner))
        let ingest = "/ingest/" + tenant.pipeline.text
        let cases: [(String, Int, [String], Int)] = [
            (ingest, 10, [], 401),
            (ingest, 10, ["Authorization: Bearer nonsense"], 401),
            ("/ingest/nothing", 10, [token], 404),
            (ingest, 100 << 20, [token], 413),
            ("/ingest/" + spent.pipeline.text, 10, [], 429),
            ("/nothing", 10, [token], 404),
            ("/api/v1/dashboards", 10, [Self.jsonAPI], 401),
            ("/api/v1/dashboards", 10, [token, "Content-Type: text/plain"], 415),
            ("/api/v1/dashboards", 100 << 20, [token, Self.jsonAPI], 413),
            ("/api/v1/pipelines/\(UUID().uuidString)/uploads?format=csv", 10, [token], 503),
            ("/sign-in", 100 << 20, ["Content-Type: application/x-www-form-urlencoded"], 413),
        ]
        try await site.serve { port in
            try await RawClient.with(port) { client in
                try await client.send(
                    "POST /ingest/\(spent.pipeline.text) HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}"
                )
                #expect(try await client.answer().status == 202)
            }
            for (path, length, fields, status) in cases {
                try await RawClient.with(port) { client in
                    try await client.send(Self.head(path, length, fields))
                    let answer = try await client.answer()
                    #expect(answer.status == status, "\(path) \(fields): \(answer.body)")
                    #expect(answer["connection"] == "close", "\(path)")
                    #expect(try await client.hearAll() == "", "\(path)")
                }
            }
        }
        #expect(site.operations.received.count == 1)
    }

    @Test("an expectation that is unknown is refused")
    func unknown() async throws {
        let site = try await TestSite()
        try await site.serve { port in
            try await RawClient.with(port) { client in
                try await client.send(
                    "POST /ingest/x HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: more\r\n\r\n{}"
                )
                let answer = try await client.answer()
                #expect(answer.status == 417)
                #expect(answer.body.contains("100-continue"))
            }
        }
    }
}
