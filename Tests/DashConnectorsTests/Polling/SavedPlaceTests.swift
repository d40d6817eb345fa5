import DashJSON
import DashModel
import Foundation
import NIOHTTP1
import Testing

@testable import DashConnectors

/// What a run saves belongs to the settings it was made with.
@Suite struct SavedPlaceTests {
    private static let tagged = ScriptedAPI { request, _ in
        request.headers.first(name: "if-none-match") == "\"v1\""
            ? OutboundResponse(status: .notModified, headers: [:], body: [])
            : ScriptedAPI.ok("[{\"a\":1}]", ["etag": "\"v1\"", "content-type": "application/json"])
    }

    private static let changes: [(String, JSONValue)] = [
        ("url", "https://a.test/b"), ("url", "https://a.test/a?q=2"), ("query", ["q": "2"]), ("method", "POST"),
        ("body", "x"), ("records", "$.b"), ("headers", ["Accept": "text/csv"]), ("format", "json"),
    ]

    @Test(arguments: changes) func aTagIsSentToTheSettingsItCameFrom(name: String, value: JSONValue) async throws {
        let scene = PollingScene(Self.tagged)
        let config: JSONObject = ["url": "https://a.test/a", "records": "$", "headers": ["x-a": "1"]]
        #expect(try await scene.poll(.object(config)) == "[{\"a\":1}]")
        #expect(try await scene.poll(.object(config)) == "[]")
        // What only changes how long is waited, or the credentials, changes nothing.
        let same = config.merging(["timeout_seconds": 3, "auth": ["kind": "bearer", "token": "new"]])
        #expect(try await scene.poll(.object(same)) == "[]")
        #expect(try await scene.poll(.object(config.merging(JSONObject([(name, value)])))) == "[{\"a\":1}]")
    }

    @Test func aPageIsGoneOnFromWithTheSettingsItCameFrom() async throws {
        let api = ScriptedAPI { request, index in
            ScriptedAPI.ok("{\"items\":[{\"n\":\(index)}],\"next\":\"t\(index)\"}")
        }
        let scene = PollingScene(api)
        let config: JSONObject = [
            "url": "https://a.test/a", "records": "$.items[*]", "max_pages": 1,
            "pagination": ["kind": "cursor", "next": "$.next"],
        ]
        try await scene.poll(.object(config))
        try await scene.poll(.object(config))
        #expect(api.requests.last?.url == "https://a.test/a?cursor=t0")
        try await scene.poll(.object(config.merging(["url": "https://a.test/b"])))
        #expect(api.requests.last?.url == "https://a.test/b")
        let paged: JSONValue = ["kind": "cursor", "next": "$.next", "param": "c"]
        try await scene.poll(.object(config.merging(["url": "https://a.test/b", "pagination": paged])))
        #expect(api.requests.last?.url == "https://a.test/b")
    }

    @Test func aCursorStaysWhileItsMeaningDoes() async throws {
        let api = ScriptedAPI { _, _ in ScriptedAPI.ok("[{\"id\":1,\"t\":5,\"u\":3},{\"id\":2,\"t\":9,\"u\":4}]") }
        let scene = PollingScene(api)
        let config: JSONObject = ["url": "https://a.test/x", "incremental": ["field": "$.t", "overlap": 0]]
        try await scene.poll(.object(config))
        for same: JSONObject in [
            ["pagination": ["kind": "page", "size": 100]], ["timeout_seconds": 9], ["headers": ["x-key": "new"]],
            ["incremental": ["field": "$.t", "overlap": 0, "param": "after"]],
            ["url": "https://a.test/x?api_key=new"], ["query": ["token": "other"]],
        ] {
            let copy = PollingScene(api, cursor: scene.cursor)
            let text = try await copy.poll(.object(config.merging(same)))
            #expect(text.isEmpty, "\(same)")
        }
        for other: JSONObject in [
            ["url": "https://a.test/y"], ["incremental": ["field": "$.u", "overlap": 0]], ["query": ["kind": "b"]],
            ["incremental": ["field": "$.t", "overlap": 0, "type": "text"]],
        ] {
            let copy = PollingScene(api, cursor: scene.cursor)
            let text = try await copy.poll(.object(config.merging(other)))
            #expect(text.contains("\"id\":2"), "\(other)")
        }
    }

    @Test func variablesOfAQueryCount() async throws {
        let api = ScriptedAPI { _, index in
            let info = "\"pageInfo\":{\"hasNextPage\":true,\"endCursor\":\"c\(index)\"}"
            return ScriptedAPI.ok("{\"data\":{\"x\":{\"nodes\":[{\"n\":\(index)}],\(info)}}}")
        }
        let scene = PollingScene(api)
        let config: JSONObject = [
            "url": "https://a.test/g", "query": "{ x }", "max_pages": 1, "variables": ["owner": "a"],
            "pagination": ["kind": "relay", "connection": "$.data.x"],
        ]
        try await scene.poll(.object(config), kind: "graphql")
        try await scene.poll(.object(config), kind: "graphql")
        #expect(try Self.after(api) == "c0")
        try await scene.poll(.object(config.merging(["variables": ["owner": "b"]])), kind: "graphql")
        #expect(try Self.after(api) == nil)
    }

    private static func after(_ api: ScriptedAPI) throws -> String? {
        try JSONValue(parsing: api.requests.last?.body ?? [])["variables"]?["after"]?.stringValue
    }

    /// What an older version saved, without the settings, is gone on from.
    @Test func anOldCursorIsKept() async throws {
        let api = ScriptedAPI { _, _ in ScriptedAPI.ok("[{\"id\":1,\"t\":5},{\"id\":2,\"t\":9}]") }
        let old: JSONValue = ["field": "$.t", "from": "5", "newest": "5", "seen": [["5", ["x"]]]]
        let scene = PollingScene(api, cursor: old)
        let config: JSONValue = ["url": "https://a.test/x", "incremental": ["field": "$.t", "overlap": 0]]
        try await scene.poll(config)
        #expect(api.requests.last?.url == "https://a.test/x?since=5")
    }
}
