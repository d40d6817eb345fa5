import DashJSON
import DashMapping
import DashModel
import DashPipeline
import Foundation
import NIOHTTP1
import Testing

@testable import DashConnectors

@Suite struct PollingTests {
    private let clock = SystemClock()

    private func fetch(_ api: ScriptedAPI, _ config: JSONValue, cursor: JSONValue? = nil) async throws -> FetchedBody {
        let source = try HTTPSource(config: config, http: AuthorizedHTTP(api, clock: clock), clock: clock)
        return try await source.fetch(FetchRequest(team: UUID(), pipeline: UUID(), dueAt: .epoch, cursor: cursor))
    }

    private func text(_ body: FetchedBody) -> String { String(decoding: body.bytes, as: UTF8.self) }

    @Test func followsEveryKindOfPage() async throws {
        let pages = ["[{\"n\":1},{\"n\":2}]", "[{\"n\":3},{\"n\":4}]", "[{\"n\":5}]"]
        let kinds: [(JSONValue, [String])] = [
            (["kind": "page", "size": 2, "size_param": "per"], ["per=2&page=1", "per=2&page=2", "per=2&page=3"]),
            (["kind": "page", "param": "p", "start": 0, "size": 2], ["p=0", "p=1", "p=2"]),
            (["kind": "offset", "size": 2], ["offset=0", "offset=2", "offset=4"]),
            (["kind": "header", "header": "x-next", "param": "c"], ["", "c=t1", "c=t2"]),
            (["kind": "link"], ["", "page=1&x=a%20b", "page=2&x=a%20b"]),
        ]
        for (pagination, queries) in kinds {
            let api = ScriptedAPI { _, index in
                var headers: HTTPHeaders = ["content-type": "application/json"]
                if index < 2 {
                    headers.add(name: "x-next", value: "t\(index + 1)")
                    headers.add(
                        name: "link",
                        value: "<https://a.test/x?page=0>; rel=\"first\", <?page=\(index + 1)&x=a%20b>; rel=\"next\""
                    )
                }
                return ScriptedAPI.ok(pages[index], headers)
            }
            let body = try await fetch(api, ["url": "https://a.test/x", "pagination": pagination])
            #expect(text(body) == "{\"n\":1}\n{\"n\":2}\n{\"n\":3}\n{\"n\":4}\n{\"n\":5}\n")
            #expect(api.requests.map { String($0.url.split(separator: "?").dropFirst().first ?? "") } == queries)
        }
    }

    @Test func goesOnInTheNextRunWhereALimitWasReached() async throws {
        let api = ScriptedAPI { _, index in
            ScriptedAPI.ok("{\"items\":[{\"n\":\(index)}],\"next\":\(index < 4 ? "\"t\(index + 1)\"" : "null")}")
        }
        let config: JSONValue = [
            "url": "https://a.test/x", "records": "$.items[*]", "max_pages": 2,
            "pagination": ["kind": "cursor", "next": "$.next", "param": "c"],
        ]
        var cursor: JSONValue?
        var all = ""
        for _ in 0..<3 {
            let body = try await fetch(api, config, cursor: cursor)
            all += text(body)
            cursor = body.cursor
        }
        #expect(all == (0..<5).map { "{\"n\":\($0)}\n" }.joined())
        #expect(cursor?["next"] == nil)
        #expect(api.requests.map(\.url).last == "https://a.test/x?c=t4")
    }

    @Test func givesCredentialsToNobodyElse() async throws {
        let api = ScriptedAPI { _, _ in ScriptedAPI.ok("[{}]", ["link": "<https://evil.test/x>; rel=next"]) }
        let config: JSONValue = [
            "url": "https://a.test/x", "pagination": ["kind": "link"], "auth": ["kind": "bearer", "token": "t"],
        ]
        let error = await #expect(throws: DashError.self) { try await fetch(api, config) }
        #expect(error?.message.contains("another server") == true)
        #expect(api.requests.count == 1)
    }

    @Test func noticesPagesThatLeadInACircle() async throws {
        let api = ScriptedAPI { _, index in ScriptedAPI.ok("{\"next\":\"\(index % 2)\",\"a\":1}") }
        await #expect(throws: DashError.self) {
            try await fetch(api, ["url": "https://a.test/x", "pagination": ["kind": "cursor", "next": "$.next"]])
        }
    }

    @Test func asksOnlyForWhatChanged() async throws {
        let api = ScriptedAPI { request, _ in
            request.headers.first(name: "if-none-match") == "\"v1\""
                ? OutboundResponse(status: .notModified, headers: [:], body: [])
                : ScriptedAPI.ok("[{\"a\":1}]", ["etag": "\"v1\"", "last-modified": "Sun, 06 Nov 1994 08:49:37 GMT"])
        }
        let config: JSONValue = ["url": "https://a.test/x"]
        let first = try await fetch(api, config)
        let second = try await fetch(api, config, cursor: first.cursor)
        let third = try await fetch(api, config, cursor: second.cursor)
        #expect(text(first) == "[{\"a\":1}]")
        #expect(text(second) == "[]")
        #expect(third.cursor == first.cursor)
        #expect(api.requests.last?.headers.first(name: "if-modified-since") == "Sun, 06 Nov 1994 08:49:37 GMT")
    }

    @Test func beginsAgainWhereItIsRewoundTo() async throws {
        let api = ScriptedAPI { _, _ in ScriptedAPI.ok("[{\"id\":1,\"t\":5},{\"id\":2,\"t\":9}]") }
        func config(_ rewind: String) -> JSONValue {
            [
                "url": "https://a.test/x",
                "incremental": [
                    "field": "$.t", "param": "after", "overlap": 0, "initial": "3", "rewind_to": .string(rewind),
                ],
            ]
        }
        let first = try await fetch(api, config(""))
        #expect(api.requests.last?.url == "https://a.test/x?after=3")
        let second = try await fetch(api, config(""), cursor: first.cursor)
        #expect(text(second).isEmpty)
        #expect(api.requests.last?.url == "https://a.test/x?after=5")
        let third = try await fetch(api, config("4"), cursor: second.cursor)
        #expect(api.requests.last?.url == "https://a.test/x?after=4")
        #expect(text(third) == text(first))
        let fourth = try await fetch(api, config("4"), cursor: third.cursor)
        #expect(text(fourth).isEmpty)
        let fifth = try await fetch(api, config(""), cursor: fourth.cursor)
        #expect(text(fifth).isEmpty)
    }

    @Test func theCursorStaysSmall() async throws {
        let items = (0..<30_000).map { "{\"id\":\($0),\"t\":\($0 / 3)}" }.joined(separator: ",")
        let api = ScriptedAPI { _, _ in ScriptedAPI.ok("[\(items)]") }
        let config: JSONValue = ["url": "https://a.test/x", "incremental": ["field": "$.t", "overlap": 1_000_000]]
        let first = try await fetch(api, config)
        #expect(first.bytes.split(separator: 10).count == 30_000)
        #expect((first.cursor?.encoded().count ?? 0) < 700_000)
        let second = try await fetch(api, config, cursor: first.cursor)
        #expect(second.bytes.isEmpty)
    }

    @Test func readsEveryFormatOfAPage() async throws {
        let api = ScriptedAPI { _, index in
            switch index {
            case 0: ScriptedAPI.ok("a,b\n1,2\n", ["content-type": "text/csv; charset=utf-8", "x-next": "1"])
            case 1:
                ScriptedAPI.ok(
                    "<feed><entry><a>3</a></entry></feed>",
                    ["content-type": "application/atom+xml", "x-next": "2"]
                )
            default: ScriptedAPI.ok("{\"a\":4}\n{\"a\":5}", ["content-type": "application/x-ndjson"])
            }
        }
        let body = try await fetch(
            api,
            ["url": "https://a.test/x", "pagination": ["kind": "header", "header": "x-next"]]
        )
        #expect(text(body) == "{\"a\":\"1\",\"b\":\"2\"}\n{\"a\":\"3\"}\n{\"a\":4}\n{\"a\":5}\n")
        #expect(body.form.framing == .lines)
        let plain = ScriptedAPI { _, _ in ScriptedAPI.ok("a\n1\n", ["content-type": "text/plain"]) }
        #expect(try await fetch(plain, ["url": "https://a.test/x", "format": "csv"]).form.framing == .csv)
    }

    private static let incomplete: [(config: JSONValue, pointer: String)] = [
        (["url": "https://a.test/x", "pagination": ["kind": "cursor"]], "/pagination/next"),
        (["url": "https://a.test/x", "pagination": ["kind": "header"]], "/pagination/header"),
        (
            ["url": "https://a.test/x", "auth": ["kind": "oauth2", "client_id": "a", "client_secret": "b"]],
            "/auth/token_url"
        ),
        (["url": "https://a.test/x", "auth": ["kind": "bearer"]], "/auth/token"),
    ]

    @Test(arguments: incomplete)
    func saysWhatAConfigLacks(config: JSONValue, pointer: String) {
        let error = #expect(throws: DashError.self) {
            try HTTPSource(
                config: config,
                http: AuthorizedHTTP(ScriptedAPI { _, _ in ScriptedAPI.ok("") }, clock: clock),
                clock: clock
            )
        }
        #expect(error?.issues.map(\.pointer) == [pointer])
    }
}
