import DashJSON
import DashModel
import DashSQLite
import DashStorage
import FoundationEssentials
import HTTPTypes
import Testing

@testable import DashAPI
@testable import DashWeb

/// The page of a pipeline's sinks: how its lanes do, and its buttons.
@Suite struct SinkPageTests {
    @Test func tellsHowALaneDoesAndSendsDeadLettersAgain() async throws {
        let site = try await TestSite()
        let tenant = try await site.makeTenant()
        let sink = try await makeSink(site, tenant)
        for _ in 0..<3 { try await deliver(to: sink, site, tenant, at: SystemClock().now - .seconds(90)) }
        let now = SystemClock().now
        var letters: [UUID] = []
        for reason in ["the receiver answered 410 <gone>", "the receiver answered 404"] {
            let next = try await site.store.nextDeliveries(of: .sink(sink), limit: 1, now: now)
            letters += next.map(\.id)
            try await site.store.deliveries.settle(next.map(\.id), as: .dead(reason: reason), now: now)
        }
        let waiting = try await site.store.nextDeliveries(of: .sink(sink), limit: 1, now: now).map(\.id)
        let later = now + .seconds(300)
        try await site.store.deliveries.settle(
            waiting,
            as: .retry(at: later, reason: "no answer within 30 s"),
            now: now
        )
        let session = try await site.signIn(.member, into: tenant).token
        let first = try #require(letters.first)
        try await site.run { client in
            let browser = Browser(client, session: session)
            let path = "/pipelines/\(tenant.pipeline.text)/sinks"
            let page = try await browser.get(path)
            try PageTests.checkMarkup(page, path)
            for text in [
                "Breaker open", "1 try failed; the next is at \(Moment.text(later))", "no answer within 30 s",
                "answered 410 &lt;gone&gt;", "answered 404", "<dt>Behind by</dt><dd title=", "1 min ",
            ] {
                #expect(page.text.contains(text), "\(text)")
            }
            let lanes = try await browser.get(path + "/lanes")
            #expect(lanes.text.contains("id=\"lane-\(sink.text)\" hx-swap-oob=\"true\""))
            #expect(!lanes.text.contains("<html"))

            let again = "\(path)/\(sink.text)/redrive"
            let filter = [("reason", "404"), ("from", "2020-01-31T00:00"), ("to", "")]
            let some = try await browser.submit(again, from: path, filter)
            #expect(some.status == .seeOther)
            #expect(some.headers[.location] == path + "?redriven=1")
            #expect(try await browser.get(path + "?redriven=1").text.contains("1 dead letter goes out again"))
            #expect(try await browser.get(path + "?redriven=\(Int64.min)").text.contains("dead letters go out again"))
            let one = "/pipelines/\(tenant.pipeline.text)/deliveries/\(first.text)/redrive"
            #expect(try await browser.submit(one, from: path, []).headers[.location] == path + "?redriven=1")
            #expect(try await browser.submit(again, from: path, []).headers[.location] == path + "?redriven=0")
            let refused = try await browser.submit(again, from: path, [("from", "yesterday")])
            #expect(refused.status == .unprocessableContent || refused.status == .badRequest)

            #expect(try await browser.submit("\(path)/\(sink.text)/pause", from: path, []).status == .seeOther)
            #expect(try await browser.get(path).text.contains("Breaker paused"))
            #expect(try await browser.submit("\(path)/\(sink.text)/resume", from: path, []).status == .seeOther)
            #expect(try await browser.submit("\(path)/\(sink.text)/test", from: path, []).text.contains("be reached"))
        }
    }

    @Test func showsAViewerNoButtons() async throws {
        let site = try await TestSite()
        let tenant = try await site.makeTenant()
        let sink = try await makeSink(site, tenant)
        try await deliver(to: sink, site, tenant, at: SystemClock().now)
        let now = SystemClock().now
        let all = try await site.store.nextDeliveries(of: .sink(sink), limit: 1, now: now)
        try await site.store.deliveries.settle(all.map(\.id), as: .dead(reason: "refused"), now: now)
        let session = try await site.signIn(.viewer, into: tenant).token
        try await site.run { client in
            let browser = Browser(client, session: session)
            let path = "/pipelines/\(tenant.pipeline.text)/sinks"
            let page = try await browser.get(path)
            #expect(page.text.contains("refused"))
            #expect(!page.text.contains("/redrive"))
            #expect(!page.text.contains("/pause"))
            let answer = try await browser.submit("\(path)/\(sink.text)/redrive", from: path, [])
            #expect(answer.status == .forbidden)
        }
    }

    private func makeSink(_ site: TestSite, _ tenant: TestSite.Tenant) async throws -> UUID {
        try await site.resources.create(
            Resources.pipelineSinks,
            ResourceInput(
                attributes: ["sink_type": "webhook", "sink_config": ["url": "https://example.org/hook"]],
                relationships: ["pipeline": tenant.pipeline]
            ),
            as: tenant.owner
        ).row.id
    }

    private func deliver(to sink: UUID, _ site: TestSite, _ tenant: TestSite.Tenant, at time: Timestamp) async throws {
        var records = RecordBytes()
        records.append(Array(#"{"n":1}"#.utf8))
        let batch = RecordBatch(team: tenant.team, pipeline: tenant.pipeline, receivedAt: time, records: records)
        var commit = BatchCommit(
            batch: batch,
            persists: true,
            run: .minute(trigger: "webhook", startedAt: time, timings: [:])
        )
        commit.lanes = [.sink(sink)]
        _ = try await site.store.commits.commit([commit])
    }
}
