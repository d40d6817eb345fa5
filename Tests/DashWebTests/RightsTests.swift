import DashExchange
import DashJSON
import DashModel
import DashPipeline
import DashSQLite
import DashStorage
import FoundationEssentials
import HTTPTypes
import Testing

@testable import DashAPI
@testable import DashWeb

@Suite("A right that ends takes what lasts along", .timeLimit(.minutes(10)))
struct RightsTests {
    /// A team that is looked at in all ways, and another one.
    struct Scene: Sendable {
        let site: TestSite
        let clock: ManualClock
        let tenant: TestSite.Tenant
        let dashboard: UUID
        let other: TestSite.Tenant

        /// An open view of the pipeline's tail.
        func look(_ grant: Grant, at tenant: TestSite.Tenant? = nil) throws -> LiveViewer {
            let tenant = tenant ?? self.tenant
            let topic = LiveTopic.tail(tenant.pipeline, team: tenant.team)
            let viewer = try site.live.open(topic, as: .member(team: tenant.team), after: nil)
            viewer.watch(grant, with: site.rights)
            return viewer
        }

        func token(_ name: String, expires: Timestamp? = nil, of tenant: TestSite.Tenant? = nil) async throws -> Grant {
            let tenant = tenant ?? self.tenant
            var attributes = ["name": .string(name), "scopes": ["read"]] as JSONObject
            if let expires { attributes["expires_at"] = .string(expires.text) }
            let made = try await site.resources.create(
                Resources.apiTokens,
                ResourceInput(attributes: attributes),
                as: tenant.owner
            )
            return Grant(.token(made.row.id), in: tenant.team, to: .read, on: Resources.pipelines.name)
        }

        func member(_ role: Role = .viewer) async throws -> (session: Session, grant: Grant) {
            let (_, token) = try await site.signIn(role, into: tenant)
            let session = try #require(try await site.accounts.session(token: token))
            let grant = Grant(
                .session(session.id, user: session.user),
                in: tenant.team,
                to: .read,
                on: Resources.pipelines.name
            )
            return (session, grant)
        }

        func membership(of user: UUID) async throws -> UUID {
            let query = ResourceQuery(
                filters: [.init("user_id", .eq, .string(user.text)), .init("team_id", .eq, .string(tenant.team.text))],
                limit: 1
            )
            return try #require(
                try await site.store.resources.list(Resources.memberships, query, in: .system).rows.first
            ).id
        }

        /// Waits until the views have ended, and sees that the others go on: each still gets the next record.
        func expect(ended: [LiveViewer], open: [LiveViewer]) async throws {
            for viewer in ended { while await viewer.next() != nil {} }
            let mark = Int.random(in: 1...1_000_000)
            let record = Array("{\"mark\":\(mark)}".utf8)
            for tenant in [tenant, other] {
                try await site.operations.save([record], to: tenant.pipeline, in: tenant.team)
            }
            for viewer in open {
                try await LiveTests.next(viewer) { event in
                    event.data["records"]?.arrayValue?.last?["data"] == ["mark": .number(JSONNumber(mark))]
                }
            }
        }
    }

    private static func run(_ body: @escaping @Sendable (Scene) async throws -> Void) async throws {
        let clock = ManualClock()
        let site = try await TestSite(clock: clock)
        let tenant = try await site.makeTenant(records: [#"{"n":0}"#])
        let scene = Scene(
            site: site,
            clock: clock,
            tenant: tenant,
            dashboard: try await site.makeDashboard(as: tenant.owner),
            other: try await site.makeTenant(records: [#"{"n":0}"#])
        )
        try await site.run { _ in try await body(scene) }
    }

    @Test("a token that is revoked: its streams, and no others")
    func revokedToken() async throws {
        try await Self.run { scene in
            let (doomed, kept) = (try await scene.token("doomed"), try await scene.token("kept"))
            let member = try await scene.member()
            let ending = [try scene.look(doomed), try scene.look(doomed)]
            let staying = [
                try scene.look(kept), try scene.look(member.grant),
                try scene.look(try await scene.token("theirs", of: scene.other), at: scene.other),
            ]
            guard case .token(let id) = doomed.basis else { return }
            try await scene.site.resources.delete(Resources.apiTokens, id: id, as: scene.tenant.owner)
            try await scene.expect(ended: ending, open: staying)
        }
    }

    @Test("a token that runs out")
    func expiredToken() async throws {
        try await Self.run { scene in
            let now = scene.clock.now
            let short = try scene.look(try await scene.token("short", expires: now + .seconds(60)))
            let long = try scene.look(try await scene.token("long", expires: now + .seconds(3_600)))
            try await scene.expect(ended: [], open: [short, long])
            scene.clock.advance(by: .seconds(61))
            try await scene.expect(ended: [short], open: [long])
            scene.clock.advance(by: .seconds(3_600))
            try await scene.expect(ended: [long], open: [])
        }
    }

    @Test("a token that had gone before its stream was tied to it")
    func lateToken() async throws {
        try await Self.run { scene in
            let doomed = try await scene.token("doomed")
            guard case .token(let id) = doomed.basis else { return }
            try await scene.site.resources.delete(Resources.apiTokens, id: id, as: scene.tenant.owner)
            try await scene.expect(ended: [try scene.look(doomed)], open: [])
        }
    }

    @Test("a session that ends here or on another node, and one whose time is over")
    func endedSession() async throws {
        try await Self.run { scene in
            let (one, two, three) = (
                try await scene.member(), try await scene.member(), try await scene.member()
            )
            let token = try scene.look(try await scene.token("kept"))
            let (first, second, third) = (
                try scene.look(one.grant), try scene.look(two.grant), try scene.look(three.grant)
            )
            try await scene.site.accounts.signOut(one.session)
            try await scene.expect(ended: [first], open: [second, third, token])
            try await scene.site.store.resources.apply([.delete(Resources.sessions, id: two.session.id)], in: .system)
            let event = ExchangeEvent.changed(
                resource: "sessions",
                id: two.session.id,
                team: nil,
                parent: two.session.user
            )
            try await scene.site.pubsub.publish(event, to: .resources)
            try await scene.expect(ended: [second], open: [third, token])
            scene.clock.advance(by: SessionLimits().absolute + .seconds(1))
            try await scene.expect(ended: [third], open: [token])
        }
    }

    @Test("signing out on the page ends that browser's streams alone")
    func signOut() async throws {
        let site = try await TestSite()
        let tenant = try await site.makeTenant()
        let (_, leaving) = try await site.signIn(.viewer, into: tenant)
        let (_, staying) = try await site.signIn(.viewer, into: tenant)
        try await site.run { client in
            let viewers = try await [leaving, staying].asyncMap { token in
                let session = try #require(try await site.accounts.session(token: token))
                let topic = LiveTopic.tail(tenant.pipeline, team: tenant.team)
                let viewer = try site.live.open(topic, as: .member(team: tenant.team), after: nil)
                let basis = Grant.Basis.session(session.id, user: session.user)
                viewer.watch(Grant(basis, in: tenant.team, to: .read, on: "pipelines"), with: site.rights)
                return viewer
            }
            let left = try await Browser(client, session: leaving).submit("/sign-out", from: "/dashboards", [])
            #expect(left.status == .seeOther)
            while await viewers[0].next() != nil {}
            try await site.operations.save([Array(#"{"n":1}"#.utf8)], to: tenant.pipeline, in: tenant.team)
            try await LiveTests.next(viewers[1]) { $0.data["records"]?.arrayValue?.last?["data"] == ["n": 1] }
        }
    }

    @Test("a membership that is taken away, or set inactive")
    func endedMembership() async throws {
        try await Self.run { scene in
            let (one, two, three) = (
                try await scene.member(), try await scene.member(.admin), try await scene.member()
            )
            let (first, second, third) = (
                try scene.look(one.grant), try scene.look(two.grant), try scene.look(three.grant)
            )
            let owner = scene.tenant.owner
            try await scene.site.resources.delete(
                Resources.memberships,
                id: try await scene.membership(of: one.session.user),
                as: owner
            )
            try await scene.expect(ended: [first], open: [second, third])
            _ = try await scene.site.resources.update(
                Resources.memberships,
                id: try await scene.membership(of: two.session.user),
                ResourceInput(attributes: ["active": false]),
                as: owner
            )
            try await scene.expect(ended: [second], open: [third])
        }
    }

    @Test("a role that does not reach any more, where one that reads is enough goes on")
    func lostRole() async throws {
        try await Self.run { scene in
            let member = try await scene.member(.member)
            let reading = try scene.look(member.grant)
            let ended = WakeSignal()
            var sending = member.grant
            sending.action = .create
            sending.resource = Resources.uploads.name
            let hold = scene.site.rights.hold(sending) { ended.wake() }
            _ = try await scene.site.resources.update(
                Resources.memberships,
                id: try await scene.membership(of: member.session.user),
                ResourceInput(attributes: ["role": "viewer"]),
                as: scene.tenant.owner
            )
            await ended.wait()
            hold.leave()
            try await scene.expect(ended: [], open: [reading])
        }
    }

    @Test("a deleted team takes members', tokens' and visitors' streams along")
    func deletedTeam() async throws {
        try await Self.run { scene in
            let site = scene.site
            let member = try await scene.member()
            _ = try await site.resources.act(
                "share",
                on: Resources.dashboards,
                id: scene.dashboard,
                as: scene.tenant.owner
            )
            let row = try #require(
                try await site.store.resources.fetch(Resources.dashboards, id: scene.dashboard, in: .system)
            )
            let visitor = try site.live.open(
                .dashboard(scene.dashboard, team: scene.tenant.team),
                as: .link(row.string("public_token") ?? ""),
                after: nil
            )
            let ending = [try scene.look(member.grant), try scene.look(try await scene.token("theirs")), visitor]
            let other = try scene.look(try await scene.token("others", of: scene.other), at: scene.other)
            // Their pipeline has gone with them: what is saved for the other team is what counts.
            try await site.resources.delete(Resources.teams, id: scene.tenant.team, as: scene.tenant.owner)
            for viewer in ending { while await viewer.next() != nil {} }
            try await site.operations.save([Array(#"{"n":7}"#.utf8)], to: scene.other.pipeline, in: scene.other.team)
            try await LiveTests.next(other) { $0.data["records"]?.arrayValue?.last?["data"] == ["n": 7] }
        }
    }

    @Test("a deleted pipeline, a deleted dashboard and one that is made private")
    func deletedThings() async throws {
        try await Self.run { scene in
            let (site, owner) = (scene.site, scene.tenant.owner)
            let tail = try scene.look(try await scene.token("a"))
            let boards = [scene.dashboard, try await site.makeDashboard(as: owner)]
            var visitors: [LiveViewer] = []
            var members: [LiveViewer] = []
            for board in boards {
                _ = try await site.resources.act("share", on: Resources.dashboards, id: board, as: owner)
                let row = try #require(
                    try await site.store.resources.fetch(Resources.dashboards, id: board, in: .system)
                )
                let topic = LiveTopic.dashboard(board, team: scene.tenant.team)
                let link = LiveAudience.link(row.string("public_token") ?? "")
                visitors.append(try site.live.open(topic, as: link, after: nil))
                members.append(try site.live.open(topic, as: .member(team: scene.tenant.team), after: nil))
            }
            try await site.resources.delete(Resources.dashboards, id: boards[0], as: owner)
            for viewer in [visitors[0], members[0]] { while await viewer.next() != nil {} }
            try await scene.expect(ended: [], open: [tail])
            _ = try await site.resources.act("unshare", on: Resources.dashboards, id: boards[1], as: owner)
            while await visitors[1].next() != nil {}
            let before = try await LiveTests.next(members[1]) { $0.name == "layout" }
            let query = LiveTests.query(scene.tenant)
            _ = try await site.makeWidget("table", on: boards[1], query: query, as: owner)
            try await site.resources.delete(Resources.pipelines, id: scene.tenant.pipeline, as: owner)
            while await tail.next() != nil {}
            try await LiveTests.next(members[1]) { $0.name == "layout" && $0.data["version"] != before.data["version"] }
        }
    }

    @Test("a long request ends with its right, and says so; one that had ended before is answered")
    func longRequest() async throws {
        let long = LongRequest()
        long.loseRight()
        await #expect(throws: CancellationError.self) {
            try await long.run { try await Task.sleep(for: .seconds(600)) }
        }
        #expect(long.hasLostRight)
        let quick = LongRequest()
        #expect(try await quick.run { 1 } == 1)
    }

    @Test(
        "what took long to arrive is refused when the right to send it has ended meanwhile; what came in time is taken",
        arguments: [(Duration.zero, [401, 401]), (.seconds(3_600), [202, 201])]
    )
    func slowBodies(allowed: Duration, statuses: [Int]) async throws {
        let site = try await TestSite()
        let tenant = try await site.makeTenant()
        let cases = [
            ("/ingest/\(tenant.pipeline.text)", "application/json", #"{"value":1}"#),
            (
                "/api/v1/dashboards", "application/vnd.api+json",
                #"{"data":{"type":"dashboards","attributes":{"name":"Board","slug":"late"}}}"#
            ),
        ]
        try await site.serve(confirmsAfter: allowed) { port in
            for ((path, type, body), status) in zip(cases, statuses) {
                let attributes = ["name": "doomed", "scopes": ["manage", "ingest"]] as JSONObject
                let token = try await site.resources.create(
                    Resources.apiTokens,
                    ResourceInput(attributes: attributes),
                    as: tenant.owner
                )
                try await RawClient.with(port) { client in
                    let lines = [
                        "POST \(path) HTTP/1.1", "Host: x", "Content-Type: \(type)", "Expect: 100-continue",
                        "Content-Length: \(body.utf8.count)", "Authorization: Bearer \(token.secret ?? "")",
                    ]
                    try await client.send(lines.joined(separator: "\r\n") + "\r\n\r\n")
                    // Once the body is asked for, the right to send it has been looked at.
                    #expect(try await client.hear(until: "\r\n\r\n").hasPrefix("HTTP/1.1 100"))
                    try await site.resources.delete(Resources.apiTokens, id: token.row.id, as: tenant.owner)
                    try await client.send(body)
                    #expect(try await client.answer().status == status, "\(path)")
                }
            }
        }
        #expect(site.operations.received.isEmpty == (statuses[0] == 401))
    }
}

extension Sequence where Element: Sendable {
    fileprivate func asyncMap<T>(_ transform: (Element) async throws -> T) async throws -> [T] {
        var result: [T] = []
        for element in self { result.append(try await transform(element)) }
        return result
    }
}
