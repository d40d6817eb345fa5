import DashJSON
import DashModel
import FoundationEssentials
import Hummingbird
import HummingbirdTesting
import Testing

@testable import DashAPI
@testable import DashWeb

@Suite("Public visits")
struct PublicVisitTests {
    private static let widgetCount = 20

    /// A public dashboard of numbers, and its link.
    private static func share(_ site: TestSite, _ tenant: TestSite.Tenant) async throws -> (id: UUID, link: String) {
        let id = try await site.makeDashboard(as: tenant.owner)
        for _ in 0..<widgetCount {
            _ = try await site.makeWidget("stat_card", on: id, query: LiveTests.query(tenant), as: tenant.owner)
        }
        let result = try await site.resources.act("share", on: Resources.dashboards, id: id, as: tenant.owner)
        guard case .row(let written) = result else { throw DashError(.internal, "no link") }
        let token = try #require(written.secret)
        return (id, "/d/" + token)
    }

    private static func visit(_ link: String, _ client: any TestClientProtocol) async throws -> String {
        try await client.execute(uri: link, method: .get) { response in
            #expect(response.status == .ok)
            return String(buffer: response.body)
        }
    }

    /// Reads on until every widget has shown the value.
    private static func follow(_ viewer: LiveViewer, until value: Int) async throws {
        var shown: Set<JSONValue> = []
        while shown.count < widgetCount, let buffers = await viewer.next() {
            for event in buffers.compactMap({ LiveTests.Event(String(buffer: $0)) }) {
                if LiveTests.isWidget(event), LiveTests.value(event) == value {
                    shown.insert(event.data["widget"] ?? .null)
                }
            }
        }
        #expect(shown.count == widgetCount)
    }

    /// How many queries there may have been when every widget was asked for so often.
    private static func counts(_ times: Int, since start: ContinuousClock.Instant) -> ClosedRange<Int> {
        times * widgetCount...(times + LiveTests.renewals(since: start)) * widgetCount
    }

    private static func shows(_ value: Int, _ page: String) -> Bool {
        page.contains("<span class=\"figure\">\(value)</span>")
    }

    @Test("compute each widget once, however many come at once", .timeLimit(.minutes(10)))
    func crowd() async throws {
        let site = try await TestSite()
        let tenant = try await site.makeTenant(records: [#"{"value":1}"#])
        let (_, link) = try await Self.share(site, tenant)
        try await site.run { client in
            let start = ContinuousClock.now
            let pages = try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<50 { group.addTask { try await Self.visit(link, client) } }
                return try await group.reduce(into: [String]()) { $0.append($1) }
            }
            #expect(pages.allSatisfy { Self.shows(1, $0) })
            #expect(Self.counts(1, since: start).contains(site.live.answers.queryCount))
        }
    }

    @Test("ask nothing but what a change made necessary, which streams share", .timeLimit(.minutes(10)))
    func changes() async throws {
        let site = try await TestSite()
        let tenant = try await site.makeTenant(records: [#"{"value":1}"#])
        let (id, link) = try await Self.share(site, tenant)
        try await site.run { client in
            let start = ContinuousClock.now
            let viewer = try site.live.open(.dashboard(id, team: tenant.team), as: .link("hash"), after: nil)
            try await Self.follow(viewer, until: 1)
            for change in 1...3 {
                let value = change + 1
                try await site.operations.save(
                    [Array("{\"value\":\(value)}".utf8)],
                    to: tenant.pipeline,
                    in: tenant.team
                )
                try await Self.follow(viewer, until: value)
                for _ in 0..<10 {
                    let page = try await Self.visit(link, client)
                    #expect(Self.shows(value, page))
                }
                #expect(Self.counts(change + 1, since: start).contains(site.live.answers.queryCount))
            }
        }
    }

    @Test("see a changed widget and a revoked link at once", .timeLimit(.minutes(10)))
    func revoked() async throws {
        let site = try await TestSite()
        let tenant = try await site.makeTenant(records: [#"{"value":1}"#])
        let (id, link) = try await Self.share(site, tenant)
        try await site.run { client in
            #expect(try await !Self.visit(link, client).contains("Newest"))
            _ = try await site.makeWidget(
                "stat_card",
                on: id,
                query: LiveTests.query(tenant),
                config: ["title": "Newest"],
                as: tenant.owner
            )
            #expect(try await Self.visit(link, client).contains("Newest"))
            _ = try await site.resources.act("unshare", on: Resources.dashboards, id: id, as: tenant.owner)
            try await client.execute(uri: link, method: .get) { #expect($0.status == .notFound) }
        }
    }
}
