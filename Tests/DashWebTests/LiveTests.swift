import DashExchange
import DashJSON
import DashModel
import DashSQLite
import DashStorage
import FoundationEssentials
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Synchronization
import Testing

@testable import DashAPI
@testable import DashWeb

@Suite("Live")
struct LiveTests {
    /// One event of a stream.
    struct Event: Equatable {
        var id: String
        var name: String
        var data: JSONValue

        init?(_ text: String) {
            guard text.hasPrefix("id: ") else { return nil }
            let lines = text.split(separator: "\n")
            guard lines.count == 3 else { return nil }
            id = String(lines[0].dropFirst(4))
            name = String(lines[1].dropFirst(7))
            data = (try? JSONValue(parsing: String(lines[2].dropFirst(6)))) ?? .null
        }
    }

    /// Reads on until an event matches.
    @discardableResult
    static func next(_ viewer: LiveViewer, where matches: (Event) -> Bool = { _ in true }) async throws -> Event {
        while let buffers = await viewer.next() {
            for buffer in buffers {
                if let event = Event(String(buffer: buffer)), matches(event) { return event }
            }
        }
        throw DashError(.unavailable, "the stream ended")
    }

    static func isWidget(_ event: Event) -> Bool { event.name == "widget" }

    static func query(_ tenant: TestSite.Tenant) -> JSONValue {
        [
            "pipeline_id": .string(tenant.pipeline.text), "fields": [["path": "value", "aggregate": "last"]],
            "range": ["last": "30d"],
        ]
    }

    /// How often a widget's answer may have been computed since then without any change: it holds for a minute, which is
    /// over sooner than a test on a very slow machine.
    static func renewals(since start: ContinuousClock.Instant) -> Int { Int((.now - start) / .seconds(60)) }

    /// A site whose hub runs, with a dashboard of one number.
    static func run(
        _ body: @escaping @Sendable (TestSite, TestSite.Tenant, _ dashboard: UUID) async throws -> Void
    ) async throws {
        let site = try await TestSite()
        let tenant = try await site.makeTenant(records: [#"{"value":1}"#])
        let dashboard = try await site.makeDashboard(as: tenant.owner)
        _ = try await site.makeWidget("stat_card", on: dashboard, query: query(tenant), as: tenant.owner)
        try await site.run { _ in try await body(site, tenant, dashboard) }
    }

    private static func open(
        _ site: TestSite,
        _ tenant: TestSite.Tenant,
        _ dashboard: UUID,
        as audience: LiveAudience? = nil,
        after id: String? = nil
    ) throws -> LiveViewer {
        try site.live.open(
            .dashboard(dashboard, team: tenant.team),
            as: audience ?? .member(team: tenant.team),
            after: id.flatMap(LivePosition.init(text:))
        )
    }

    static func value(_ event: Event) -> Int? {
        event.data["data"]?["rows"]?.arrayValue?.first?.arrayValue?.last?.intValue
    }

    @Test("shows the present at once and each change after it, under rising ids of one epoch", .timeLimit(.minutes(10)))
    func changes() async throws {
        try await Self.run { site, tenant, dashboard in
            let viewer = try Self.open(site, tenant, dashboard)
            let first = try await Self.next(viewer, where: Self.isWidget)
            #expect(Self.value(first) == 1)
            #expect(first.data["type"] == "stat_card")
            try await site.operations.save([Array(#"{"value":2}"#.utf8)], to: tenant.pipeline, in: tenant.team)
            let second = try await Self.next(viewer, where: Self.isWidget)
            #expect(Self.value(second) == 2)
            let (a, b) = (try #require(LivePosition(text: first.id)), try #require(LivePosition(text: second.id)))
            #expect(a.epoch == b.epoch)
            #expect(a.sequence < b.sequence)
        }
    }

    @Test("what another node stores is shown when this one is told of it", .timeLimit(.minutes(10)))
    func otherNode() async throws {
        try await Self.run { site, tenant, dashboard in
            let viewer = try Self.open(site, tenant, dashboard)
            let tail = try site.live.open(
                .tail(tenant.pipeline, team: tenant.team),
                as: .member(team: tenant.team),
                after: nil
            )
            try await Self.next(viewer) { Self.value($0) == 1 }
            try await Self.next(tail)
            for value in 2...3 {
                let ids = try await site.operations.store(
                    [Array(#"{"value":\#(value)}"#.utf8)],
                    to: tenant.pipeline,
                    in: tenant.team
                )
                // The second is told under an id that is not higher: another node's may be lower than this one's.
                let event = ExchangeEvent.advanced(pipeline: tenant.pipeline, lastID: ids.lowerBound - Int64(value) + 2)
                try await site.pubsub.publish(event, to: .pipeline(tenant.pipeline))
                try await site.pubsub.publish(event, to: .records)
                try await Self.next(viewer) { Self.value($0) == value }
                let shown = try await Self.next(tail)
                #expect(shown.name == "records")
                #expect(shown.data["records"]?.arrayValue?.count == 1)
                #expect(shown.data["records"]?.arrayValue?.first?["id"]?.intValue == Int(ids.lowerBound))
            }
        }
    }

    @Test("computes a widget once for a hundred viewers, who share the same bytes", .timeLimit(.minutes(10)))
    func oneComputation() async throws {
        try await Self.run { site, tenant, dashboard in
            let viewers = try (0..<100).map { index in
                try Self.open(site, tenant, dashboard, as: index.isMultiple(of: 2) ? nil : .link("hash"))
            }
            for viewer in viewers { try await Self.next(viewer, where: Self.isWidget) }
            let (before, start) = (site.live.answers.queryCount, ContinuousClock.now)
            try await site.operations.save([Array(#"{"value":7}"#.utf8)], to: tenant.pipeline, in: tenant.team)
            var seen: Set<String> = []
            for viewer in viewers {
                let event = try await Self.next(viewer) { Self.value($0) == 7 }
                seen.insert(event.id)
            }
            #expect(seen.count == 1)
            #expect((1...1 + Self.renewals(since: start)).contains(site.live.answers.queryCount - before))
        }
    }

    @Test(
        "replays what was missed after a reconnect, and sends everything when the epoch has changed",
        .timeLimit(.minutes(10))
    )
    func replay() async throws {
        try await Self.run { site, tenant, dashboard in
            let watcher = try Self.open(site, tenant, dashboard)
            let first = try await Self.next(watcher, where: Self.isWidget)
            try await site.operations.save([Array(#"{"value":2}"#.utf8)], to: tenant.pipeline, in: tenant.team)
            let second = try await Self.next(watcher, where: Self.isWidget)

            let behind = try Self.open(site, tenant, dashboard, after: first.id)
            #expect(try await Self.next(behind) == second)
            let current = try Self.open(site, tenant, dashboard, after: second.id)
            _ = await current.next()
            try await site.operations.save([Array(#"{"value":3}"#.utf8)], to: tenant.pipeline, in: tenant.team)
            #expect(Self.value(try await Self.next(current)) == 3)
            let foreign = try Self.open(site, tenant, dashboard, after: "another-life:99")
            let everything = try #require(await foreign.next()).compactMap { Event(String(buffer: $0)) }
            #expect(everything.map(\.name) == ["layout", "widget"])
            #expect(everything.last.flatMap(Self.value) == 3)
        }
    }

    @Test("a viewer that stalls through a thousand changes gets one frame, the present", .timeLimit(.minutes(10)))
    func stalled() async throws {
        var log = FrameLog()
        for value in 1...1_000 { log.append(key: "w", event: "widget", data: Array("{\"v\":\(value)}".utf8)) }
        log.append(key: "other", event: "widget", data: Array("{}".utf8))
        let missed = log.frames(after: LivePosition(epoch: log.epoch, sequence: 1))
        #expect(missed.map(\.sequence) == [1_000, 1_001])
        let channel = LiveChannel(.latest(log))
        let viewer = LiveViewer(of: channel, as: .link("x"), after: nil)
        #expect(channel.add(viewer))
        #expect(await viewer.next()?.count == 3)
        channel.update { log in
            guard case .latest(var frames) = log else { return }
            for value in 1...1_000 { frames.append(key: "w", event: "widget", data: Array("{\"v\":\(value)}".utf8)) }
            log = .latest(frames)
        }
        let next = try #require(await viewer.next())
        #expect(next.count == 1)
        #expect(String(buffer: next[0]).contains("{\"v\":1000}"))
    }

    @Test(
        "the tail sends records as they come, a snapshot to who is late, and skips what is too much",
        .timeLimit(.minutes(10))
    )
    func tail() async throws {
        let site = try await TestSite()
        let tenant = try await site.makeTenant(records: [#"{"n":0}"#])
        try await site.run { _ in
            let topic = LiveTopic.tail(tenant.pipeline, team: tenant.team)
            let viewer = try site.live.open(topic, as: .member(team: tenant.team), after: nil)
            let snapshot = try await Self.next(viewer) { $0.data["records"]?.arrayValue?.count == 1 }
            #expect(snapshot.name == "snapshot")
            #expect(snapshot.data["records"]?.arrayValue?.first?["data"] == ["n": 0])
            let many = (1...80).map { Array("{\"n\":\($0)}".utf8) }
            try await site.operations.save(many, to: tenant.pipeline, in: tenant.team)
            let event = try await Self.next(viewer)
            #expect(event.name == "records")
            #expect(event.data["records"]?.arrayValue?.count == TailFeed.frameCapacity)
            #expect(event.data["skipped"] == 30)
            #expect(event.data["records"]?.arrayValue?.last?["data"] == ["n": 80])

            let late = try site.live.open(topic, as: .member(team: tenant.team), after: LivePosition(text: "x:1"))
            let whole = try await Self.next(late)
            #expect(whole.name == "snapshot")
            #expect(whole.data["records"]?.arrayValue?.count == 51)
        }
    }

    @Test(
        "a link that is turned off takes its viewers' streams along, and leaves the members'",
        .timeLimit(.minutes(10))
    )
    func revoked() async throws {
        try await Self.run { site, tenant, dashboard in
            _ = try await site.resources.act("share", on: Resources.dashboards, id: dashboard, as: tenant.owner)
            let row = try #require(
                try await site.store.resources.fetch(Resources.dashboards, id: dashboard, in: .system)
            )
            let visitor = try Self.open(site, tenant, dashboard, as: .link(row.string("public_token") ?? ""))
            let member = try Self.open(site, tenant, dashboard)
            try await Self.next(visitor, where: Self.isWidget)
            try await Self.next(member, where: Self.isWidget)
            _ = try await site.resources.act("unshare", on: Resources.dashboards, id: dashboard, as: tenant.owner)
            while await visitor.next() != nil {}
            try await site.operations.save([Array(#"{"value":9}"#.utf8)], to: tenant.pipeline, in: tenant.team)
            #expect(Self.value(try await Self.next(member, where: Self.isWidget)) == 9)
        }
    }

    @Test("a changed widget tells the page to draw itself anew", .timeLimit(.minutes(10)))
    func layout() async throws {
        try await Self.run { site, tenant, dashboard in
            let viewer = try Self.open(site, tenant, dashboard)
            let before = try await Self.next(viewer) { $0.name == "layout" }
            _ = try await site.makeWidget("table", on: dashboard, query: Self.query(tenant), as: tenant.owner)
            let after = try await Self.next(viewer) { $0.name == "layout" }
            #expect(before.data["version"] != after.data["version"])
        }
    }

    @Test("heartbeats come when nothing else does", .timeLimit(.minutes(10)))
    func heartbeat() async throws {
        let channel = LiveChannel(.latest(FrameLog()))
        let viewer = LiveViewer(of: channel, as: .link("x"), after: nil)
        #expect(channel.add(viewer))
        #expect(await viewer.next() == [LiveFrame.retry])
        channel.beat()
        #expect(await viewer.next() == [LiveFrame.heartbeat])
        channel.close()
        #expect(await viewer.next() == nil)
        #expect(!channel.add(viewer))
    }

    @Test("a burst goes at once, then ten a second")
    func pace() {
        let start = ContinuousClock.now
        var pace = FramePace(interval: .milliseconds(100), burst: 3)
        for _ in 0..<3 {
            #expect(pace.delay(at: start) == .zero)
            pace.take(at: start)
        }
        #expect(pace.delay(at: start) == .milliseconds(100))
        #expect(pace.delay(at: start + .milliseconds(100)) == .zero)
        pace.rest(.seconds(1), from: start)
        #expect(pace.delay(at: start) == .seconds(1))
    }
}
