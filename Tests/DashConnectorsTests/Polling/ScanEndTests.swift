import DashJSON
import DashModel
import Foundation
import NIOHTTP1
import Synchronization
import Testing

@testable import DashConnectors

/// How a scan over pages ends, and that it always does.
@Suite struct ScanEndTests {
    private final class MovedClock: WallClock {
        private let time = Mutex(Timestamp(seconds: 1_700_000_000))
        var now: Timestamp { time.withLock { $0 } }
        func pass(_ duration: Duration) { time.withLock { $0 = $0 + duration } }
    }

    private static func parameter(_ name: String, _ request: OutboundRequest) -> Int? {
        URLComponents(string: request.url)?.queryItems?.first { $0.name == name }?.value.flatMap { Int($0) }
    }

    /// Three full pages; behind them the last one again and again.
    private static func repeating() -> ScriptedAPI {
        ScriptedAPI { request, _ in
            let page = min(Self.parameter("page", request) ?? 1, 3)
            return ScriptedAPI.ok("[{\"n\":\(page * 2 - 1)},{\"n\":\(page * 2)}]")
        }
    }

    private static let six = (1...6).map { "{\"n\":\($0)}\n" }.joined()

    @Test(arguments: [2, 3, 4, 100]) func aRepeatedLastPageIsTheEnd(maxPages: Int) async throws {
        let api = Self.repeating()
        let scene = PollingScene(api)
        let config: JSONValue = [
            "url": "https://a.test/x", "pagination": ["kind": "page", "size": 2],
            "max_pages": .number(JSONNumber(maxPages)),
        ]
        var all = ""
        repeat { all += try await scene.poll(config) } while scene.cursor?["next"] != nil && api.requests.count < 50
        #expect(all == Self.six)
        let before = api.requests.count
        #expect(before < 8)
        // Page 1 is asked again.
        try await scene.poll(config)
        #expect(Self.parameter("page", api.requests[before]) == 1)
    }

    /// Two new records come after the first page was read: the second page holds what the first one held.
    @Test(arguments: [100, 1]) func aPageThatOnlyMovedIsNotTheEnd(maxPages: Int) async throws {
        let api = ScriptedAPI { request, index in
            let newest = index == 0 ? 6 : 8
            let page = Self.parameter("page", request) ?? 1
            let ids = stride(from: newest, to: 0, by: -1).dropFirst((page - 1) * 2).prefix(2)
            return ScriptedAPI.ok("[" + ids.map { "{\"id\":\($0),\"t\":\($0)}" }.joined(separator: ",") + "]")
        }
        let scene = PollingScene(api)
        let config: JSONValue = [
            "url": "https://a.test/x", "pagination": ["kind": "page", "size": 2],
            "incremental": ["field": "$.t", "overlap": 0], "max_pages": .number(JSONNumber(maxPages)),
        ]
        var all = ""
        for _ in 0..<12 { all += try await scene.poll(config) }
        let ids = try all.split(separator: "\n").map { try JSONValue(parsing: String($0))["id"]?.intValue ?? 0 }
        #expect(ids.sorted() == Array(1...8))
    }

    @Test func aRepetitionThatCannotBeTriedIsTriedByTheNextRun() async throws {
        let api = ScriptedAPI { request, index in
            if index == 2 { throw DashError(.unavailable, "no answer") }
            return ScriptedAPI.ok("[{\"n\":1},{\"n\":2}]")
        }
        let scene = PollingScene(api)
        let config: JSONValue = ["url": "https://a.test/x", "pagination": ["kind": "page", "size": 2]]
        #expect(try await scene.poll(config) == "{\"n\":1}\n{\"n\":2}\n")
        #expect(scene.cursor?["next"] != nil)
        #expect(try await scene.poll(config) == "")
        #expect(scene.cursor?["next"] == nil)
    }

    @Test func aTokenThatStaysTheSameIsTheEnd() async throws {
        let api = ScriptedAPI { request, index in
            ScriptedAPI.ok("{\"items\":[{\"n\":\(index)}],\"next\":\"\(index < 2 ? "t\(index)" : "t1")\"}")
        }
        let scene = PollingScene(api)
        let config: JSONValue = [
            "url": "https://a.test/x", "records": "$.items[*]", "pagination": ["kind": "cursor", "next": "$.next"],
        ]
        #expect(try await scene.poll(config) == "{\"n\":0}\n{\"n\":1}\n{\"n\":2}\n")
        #expect(scene.cursor?["next"] == nil)
        #expect(api.requests.count == 3)
    }

    @Test(arguments: ["cursor", "link"]) func aCircleThatIsLongerThanARunIsFound(kind: String) async throws {
        let api = ScriptedAPI { request, index in
            let place = Self.parameter("cursor", request) ?? 0
            let next = (place + 1) % 7
            return ScriptedAPI.ok(
                "{\"items\":[{\"n\":\(index)}],\"next\":\"\(next)\"}",
                ["content-type": "application/json", "link": "<?cursor=\(next)>; rel=\"next\""]
            )
        }
        let scene = PollingScene(api)
        let config: JSONValue = [
            "url": "https://a.test/x", "records": "$.items[*]", "max_pages": 2,
            "pagination": ["kind": .string(kind), "next": "$.next"],
        ]
        let error = await #expect(throws: DashError.self) {
            while api.requests.count < 100 { try await scene.poll(config) }
        }
        #expect(error?.message.contains("circle") == true)
        #expect(api.requests.count < 50)
    }

    @Test func aPlaceThatNoRunGetsOnFromIsGivenUpAfterADay() async throws {
        let clock = MovedClock()
        let api = ScriptedAPI { request, _ in
            let page = Self.parameter("page", request) ?? 1
            if page == 3 { return OutboundResponse(status: .internalServerError, headers: [:], body: []) }
            return ScriptedAPI.ok("[{\"n\":\(page)}]")
        }
        let scene = PollingScene(api, clock: clock)
        let config: JSONValue = ["url": "https://a.test/x", "pagination": ["kind": "page"]]
        #expect(try await scene.poll(config) == "{\"n\":1}\n{\"n\":2}\n")
        for _ in 0..<3 {
            clock.pass(.seconds(3_600))
            await #expect(throws: DashError.self) { try await scene.poll(config) }
        }
        clock.pass(.seconds(90_000))
        #expect(try await scene.poll(config) == "{\"n\":1}\n{\"n\":2}\n")
    }

    @Test(arguments: ["/Zm9v", "?Zm9v+/=", "https%3A", "a+b=="]) func aTokenIsNoAddress(token: String) async throws {
        let api = ScriptedAPI { _, index in
            ScriptedAPI.ok("{\"items\":[{\"n\":\(index)}],\"next\":\(index == 0 ? "\"\(token)\"" : "null")}")
        }
        let scene = PollingScene(api)
        let config: JSONValue = [
            "url": "https://a.test/x?a=1", "records": "$.items[*]",
            "pagination": ["kind": "cursor", "next": "$.next"],
        ]
        #expect(try await scene.poll(config) == "{\"n\":0}\n{\"n\":1}\n")
        let asked = try #require(api.requests.last?.url)
        #expect(asked.hasPrefix("https://a.test/x?a=1&cursor="))
        #expect(URLComponents(string: asked)?.queryItems?.last?.value == token)
        #expect(!asked.dropFirst("https://a.test/x?a=1&cursor=".count).contains { "/?+=".contains($0) })
    }

    @Test(arguments: [
        ("/y?b=1", "https://a.test/y?b=1"), ("?b=%2C+;", "https://a.test/x/z?b=%2C+;"), ("w", "https://a.test/x/w"),
        ("https://a.test/q?c=1%2B", "https://a.test/q?c=1%2B"), ("//a.test/q", "https://a.test/q"),
        ("../up?d", "https://a.test/up?d"),
    ])
    func anAddressIsFollowedAsItIsWritten(next: String, expected: String) async throws {
        for place: JSONObject in [["next": "$.next"], ["header": "x-next"]] {
            let api = ScriptedAPI { _, index in
                ScriptedAPI.ok(
                    "{\"items\":[{\"n\":\(index)}],\"next\":\(index == 0 ? "\"\(next)\"" : "null")}",
                    index == 0
                        ? ["x-next": next, "content-type": "application/json"] : ["content-type": "application/json"]
                )
            }
            let scene = PollingScene(api)
            let config: JSONValue = [
                "url": "https://a.test/x/z?a=1", "records": "$.items[*]",
                "pagination": .object(JSONObject([("kind", "next_url")]).merging(place)),
            ]
            try await scene.poll(config)
            #expect(api.requests.last?.url == expected)
        }
    }

    @Test func aWholeAddressIsFollowedWhereNoParameterIsNamed() async throws {
        let api = ScriptedAPI { _, index in
            ScriptedAPI.ok("{\"items\":[],\"next\":\(index == 0 ? "\"https://a.test/x?page=2\"" : "null")}")
        }
        let scene = PollingScene(api)
        let pagination: JSONObject = ["kind": "cursor", "next": "$.next"]
        let config: JSONValue = [
            "url": "https://a.test/x", "records": "$.items[*]", "pagination": .object(pagination),
        ]
        try await scene.poll(config)
        #expect(api.requests.last?.url == "https://a.test/x?page=2")
    }

    @Test(arguments: [204, 200, 205]) func nothingIsNoFailure(status: Int) async throws {
        let api = ScriptedAPI { _, _ in
            OutboundResponse(status: .init(statusCode: status), headers: ["content-type": "text/html"], body: [])
        }
        let configs: [(String, JSONValue)] = [
            ("http", ["url": "https://a.test/x"]),
            ("http", ["url": "https://a.test/x", "pagination": ["kind": "page"]]),
            ("http", ["url": "https://a.test/x", "incremental": ["field": "$.t"]]),
            ("http", ["url": "https://a.test/x", "format": "csv"]),
            ("graphql", ["url": "https://a.test/x", "query": "{ a }"]),
        ]
        for (kind, config) in configs {
            let scene = PollingScene(api)
            let text = try await scene.poll(config, kind: kind)
            #expect(text.isEmpty || text == "[]", "\(config)")
        }
    }
}
