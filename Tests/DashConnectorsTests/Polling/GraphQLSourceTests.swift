import DashJSON
import DashModel
import DashPipeline
import Foundation
import NIOHTTP1
import Testing

@testable import DashConnectors

@Suite struct GraphQLSourceTests {
    private let clock = SystemClock()

    private func fetch(_ api: ScriptedAPI, _ more: JSONValue, cursor: JSONValue? = nil) async throws -> FetchedBody {
        let base = JSONObject([("url", "https://a.test/graphql"), ("query", "query($after: String) { x }")])
        let config = JSONValue.object(base.merging(more.objectValue ?? JSONObject()))
        let source = try GraphQLSource(config: config, http: AuthorizedHTTP(api, clock: clock), clock: clock)
        return try await source.fetch(FetchRequest(team: UUID(), pipeline: UUID(), dueAt: .epoch, cursor: cursor))
    }

    private func text(_ body: FetchedBody) -> String { String(decoding: body.bytes, as: UTF8.self) }

    @Test func followsARelayConnection() async throws {
        for shape in ["nodes", "edges"] {
            let api = ScriptedAPI { _, index in
                let node = "{\"n\":\(index)}"
                let list = shape == "nodes" ? "\"nodes\":[\(node)]" : "\"edges\":[{\"cursor\":\"c\",\"node\":\(node)}]"
                let info = "\"pageInfo\":{\"hasNextPage\":\(index < 2),\"endCursor\":\"c\(index)\"}"
                return ScriptedAPI.ok("{\"data\":{\"repo\":{\"issues\":{\(list),\(info)}}}}")
            }
            let body = try await fetch(
                api,
                [
                    "variables": ["owner": "o"],
                    "pagination": ["kind": "relay", "connection": "$.data.repo.issues", "size": 1],
                ]
            )
            #expect(text(body) == "{\"n\":0}\n{\"n\":1}\n{\"n\":2}\n")
            let variables = try api.requests.map { try JSONValue(parsing: $0.body)["variables"] }
            #expect(variables[0] == ["owner": "o", "first": 1])
            #expect(variables[2] == ["owner": "o", "first": 1, "after": "c1"])
            #expect(api.requests.allSatisfy { $0.method == .POST })
        }
    }

    @Test func picksWhatTheQueryGivesWithoutAPath() async throws {
        let api = ScriptedAPI { _, _ in ScriptedAPI.ok(#"{"data":{"users":[{"a":1},{"a":2}]}}"#) }
        #expect(text(try await fetch(api, [:])) == "{\"a\":1}\n{\"a\":2}\n")
        let one = ScriptedAPI { _, _ in ScriptedAPI.ok(#"{"data":{"viewer":{"a":1},"none":null}}"#) }
        #expect(text(try await fetch(one, [:])) == "{\"a\":1}\n")
    }

    @Test func takesErrorsAsFailureOrInPart() async throws {
        let partial = #"{"data":{"users":[{"a":1}]},"errors":[{"message":"no b"},{"message":"no c"}]}"#
        let api = ScriptedAPI { _, _ in ScriptedAPI.ok(partial) }
        let error = await #expect(throws: DashError.self) { try await fetch(api, [:]) }
        #expect(error?.code == .invalid)
        #expect(error?.message.contains("no b (and 1 more)") == true)
        #expect(text(try await fetch(api, ["errors": "partial"])) == "{\"a\":1}\n")
        let none = ScriptedAPI { _, _ in ScriptedAPI.ok(#"{"data":null,"errors":[{"message":"x"}]}"#) }
        await #expect(throws: DashError.self) { try await fetch(none, ["errors": "partial"]) }
    }

    @Test(arguments: [
        (#"{"errors":[{"message":"m","extensions":{"code":"UNAUTHENTICATED"}}]}"#, 200, DashError.Code.unauthenticated),
        (#"{"errors":[{"message":"m","type":"RATE_LIMITED"}]}"#, 200, .rateLimited),
        (#"{"errors":[{"message":"m","extensions":{"code":"THROTTLED"}}],"data":null}"#, 200, .rateLimited),
        (#"{"errors":[{"message":"field x"}]}"#, 400, .invalid), ("<html>", 200, .invalid), ("{}", 200, .invalid),
        ("", 503, .unavailable), ("{}", 401, .unauthenticated),
    ])
    func saysWhatAnErrorMeans(body: String, status: Int, code: DashError.Code) async throws {
        let api = ScriptedAPI { _, _ in
            OutboundResponse(status: .init(statusCode: status), headers: [:], body: Array(body.utf8))
        }
        let error = await #expect(throws: DashError.self) { try await fetch(api, [:]) }
        #expect(error?.code == code)
    }
}
