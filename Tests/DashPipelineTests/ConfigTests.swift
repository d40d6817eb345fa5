import DashJSON
import DashModel
import DashStorage
import FoundationEssentials
import Testing

@testable import DashPipeline

@Suite struct ConfigTests {
    private let fields = [
        ConfigField("url", .url, required: true),
        ConfigField("method", .choice(["GET", "POST"])),
        ConfigField("timeout", .integer(1...60)),
        ConfigField("headers", .dictionary),
        ConfigField("records", .jsonPath),
        ConfigField("flag", .boolean),
        ConfigField("pipeline_id", .pipeline),
        ConfigField("auth", .group([ConfigField("token", .string, required: true, secret: true)])),
    ]

    private func issues(_ config: JSONValue) -> [String] {
        var validator = ConfigValidator()
        validator.check(config, fields, at: "/source_config")
        return validator.issues.map(\.pointer)
    }

    @Test func everythingWrongIsReportedAtOnce() {
        let config: JSONValue = [
            "url": "ftp://x", "method": "PATCH", "timeout": 61, "headers": ["a/b": 1, "c": "d\r\ne"],
            "records": "$[", "flag": "yes", "pipeline_id": "7", "auth": [:], "more": 1,
        ]
        #expect(
            issues(config) == [
                "/source_config/more", "/source_config/url", "/source_config/method", "/source_config/timeout",
                "/source_config/headers/a~1b", "/source_config/headers/c", "/source_config/records",
                "/source_config/flag", "/source_config/pipeline_id", "/source_config/auth/token",
            ]
        )
    }

    @Test func aRightConfigPasses() {
        #expect(
            issues([
                "url": "https://example.com:8080/a?b=c", "method": "GET", "timeout": 1, "headers": ["A": "b"],
                "records": "$.items[*]", "flag": false, "auth": ["token": "t"], "pipeline_id": .string(UUID().text),
            ]).isEmpty
        )
    }

    @Test(arguments: [
        "http://", "https://user:pw@example.com", "example.com", "https://example.com:99999", "javascript:1",
    ])
    func badAddressesAreRefused(url: String) {
        #expect(issues(["url": .string(url)]) == ["/source_config/url"])
    }

    @Test func keptSecretsDoNotFollowToAnotherPlace() {
        let stored: JSONValue = ["url": "https://example.com/a", "auth": ["token": "secret"]]
        let same: JSONValue = ["url": "https://example.com/a?b=1", "auth": ["token": .string(SecretMask.text)]]
        #expect(SecretReturn(same, stored: stored, fields: fields).config["auth"]?["token"] == "secret")
        for url in [
            "https://evil.example/a", "http://example.com/a", "https://example.com:444/a", "https://example.com/b",
        ] {
            let moved: JSONValue = ["url": .string(url), "auth": ["token": .string(SecretMask.text)]]
            let result = SecretReturn(moved, stored: stored, fields: fields)
            #expect(result.config["auth"]?["token"] == .string(SecretMask.text))
            #expect(result.issues.map(\.pointer) == ["/auth/token"])
        }
    }

    @Test func circlesOfAnyLengthAreFound() {
        let ids = (0..<5).map { _ in UUID.v7() }
        // 1 reads 0, 2 reads 1, 3 reads 2, 4 reads 3
        let links = (1..<5).map { PipelineLinks.Link(pipeline: ids[$0], upstream: ids[$0 - 1]) }
        #expect(PipelineLinks.circle(from: ids[0], through: ids[4], links)?.count == 5)
        #expect(PipelineLinks.circle(from: ids[0], through: ids[1], links)?.count == 2)
        #expect(PipelineLinks.circle(from: .v7(), through: ids[4], links) == nil)
    }

    @Test func metricsAreRenderedForPrometheus() {
        let registry = MetricsRegistry()
        registry.counter("a_total", "Things.", labels: [("kind", "x\"y")]).add(3)
        registry.gauge("b", "Level.").set(7)
        let histogram = registry.histogram("c_seconds", "Time.", bounds: [0.1, 1])
        histogram.observe(0.05)
        histogram.observe(0.5)
        histogram.observe(5)
        let text = registry.render()
        #expect(text.contains("# TYPE a_total counter\na_total{kind=\"x\\\"y\"} 3\n"))
        #expect(text.contains("b 7\n"))
        #expect(text.contains("c_seconds_bucket{le=\"1.0\"} 2\nc_seconds_bucket{le=\"+Inf\"} 3\n"))
        #expect(text.contains("c_seconds_count 3\n"))
    }

    @Test func deliveriesAreTriedWithinTheirBudget() {
        let now = Timestamp(seconds: 2_000_000)
        func outcome(age: Duration, attempts: Int, _ error: any Error) -> DeliveryOutcome {
            let delivery = Delivery(
                id: .v7(),
                team: .v7(),
                pipeline: .v7(),
                lane: .sink(.v7()),
                receivedAt: now - age,
                firstID: 1,
                lastID: 1,
                attempts: attempts,
                records: RecordBytes()
            )
            return DeliveryPolicy().outcome(of: delivery, error, now: now)
        }
        let down = DashError(.unavailable, "down", retryAfter: .seconds(120))
        guard case .retry(let at, "down") = outcome(age: .seconds(1), attempts: 0, down) else {
            Issue.record("it must be tried again")
            return
        }
        #expect(at == now + .seconds(120))
        if case .dead = outcome(age: .seconds(90_000), attempts: 1, down) { Issue.record("it waited behind others") }
        guard case .dead = outcome(age: .seconds(90_000), attempts: 10, down) else {
            Issue.record("its budget is used up")
            return
        }
        #expect(outcome(age: .zero, attempts: 0, DashError(.invalid, "gone")) == .dead(reason: "gone"))
    }

    @Test func lanesAreGoneOverOnceMoreAfterNews() {
        let lane = BatchCommit.Lane.sink(.v7())
        var table = LaneTable()
        let now = Timestamp(seconds: 1_000)
        let steps = [
            table.start(lane), table.start(lane), table.finish(lane, now: now), table.finish(lane, now: now),
        ]
        #expect(steps == [true, false, true, false])
        #expect(table.isEmpty)
    }

    @Test func newsOfALaneThatCanDoNothingWait() {
        let lane = BatchCommit.Lane.sink(.v7())
        let other = BatchCommit.Lane.sink(.v7())
        let now = Timestamp(seconds: 1_000)
        var table = LaneTable()
        let starts = [table.start(lane), table.start(lane)]
        #expect(starts == [true, false])
        table.note(.retrying(until: now + .seconds(2)), of: lane)
        let goesOn = table.finish(lane, now: now)
        #expect(!goesOn, "what came since can't pass the one that failed")
        #expect(table.holdsBack(lane, now: now) && !table.holdsBack(other, now: now))
        #expect(!table.holdsBack(lane, now: now + .seconds(2)))
        table.note(.gathering, of: lane)
        #expect(table.holdsBack(lane, now: now + .seconds(9)))
        table.note(.waiting, of: lane)
        #expect(!table.holdsBack(lane, now: now))
    }
}
