import DashJSON
import DashModel
import DashStorage
import FoundationEssentials
import HTTPTypes
import Testing

@testable import DashAPI

@Suite("Owners, dashboards, actions, the audit trail")
struct TeamRuleTests {
    private func with(_ body: @escaping @Sendable (TestServer, TestAPI, Tenant) async throws -> Void) async throws {
        let server = try await TestServer()
        try await server.run { api in try await body(server, api, try await Tenant(server)) }
    }

    @Test("a team keeps an owner, and only owners make owners")
    func owners() async throws {
        try await with { _, api, tenant in
            let owner = try #require(tenant.memberships[.owner]).text
            let admin = try #require(tenant.memberships[.admin]).text
            func change(_ id: String, _ attributes: JSONValue, as caller: Caller) async throws -> Int {
                try await api.update("memberships", id, attributes, as: caller).status
            }
            #expect(try await change(admin, ["role": "owner"], as: tenant.admin) == 403)
            #expect(try await change(owner, ["role": "viewer"], as: tenant.admin) == 403)
            #expect(try await change(owner, ["active": false], as: tenant.manage) == 403)
            #expect(try await api.send(.delete, "memberships/\(owner)", as: tenant.admin).status == 403)
            #expect(try await change(owner, ["role": "admin"], as: tenant.owner) == 409)
            #expect(try await change(owner, ["active": false], as: tenant.owner) == 409)
            #expect(try await api.send(.delete, "memberships/\(owner)", as: tenant.owner).status == 409)
            #expect(try await change(admin, ["role": "owner"], as: tenant.owner) == 200)
            #expect(try await change(owner, ["role": "admin"], as: tenant.owner) == 200)
            #expect(try await change(owner, ["role": "owner"], as: tenant.owner) == 403)
            #expect(try await change(admin, ["active": false], as: tenant.admin) == 409)
            let invite = try await api.create(
                "invitations",
                ["email": "x@example.org", "role": "owner"],
                as: tenant.manage
            )
            #expect(invite.status == 403)
        }
    }

    @Test("two owners who step down at once leave one")
    func race() async throws {
        try await with { server, _, tenant in
            let owner = try #require(tenant.memberships[.owner])
            let admin = try #require(tenant.memberships[.admin])
            let principal = try #require(tenant.principals[.owner])
            let promote = ResourceInput(["role": "owner"])
            _ = try await server.service.update(Resources.memberships, id: admin, promote, as: principal)
            await withTaskGroup(of: Void.self) { group in
                for id in [owner, admin] {
                    group.addTask {
                        let demote = ResourceInput(["role": "viewer"])
                        _ = try? await server.service.update(Resources.memberships, id: id, demote, as: principal)
                    }
                }
            }
            let owners = try await server.rows(
                Resources.memberships,
                [.init("role", .eq, "owner"), .init("team_id", .eq, .string(tenant.team.text))]
            )
            #expect(owners.count == 1)
        }
    }

    @Test("a person who is put out or inactive can't go on")
    func deactivated() async throws {
        try await with { _, api, tenant in
            let member = try #require(tenant.memberships[.member]).text
            #expect(try await api.get("pipelines", as: tenant.member).status == 200)
            #expect(try await api.update("memberships", member, ["active": false], as: tenant.admin).status == 200)
            #expect(try await api.get("pipelines", as: tenant.member).status == 401)
        }
    }

    @Test("a public link is shown once, found by its token, and dead when revoked")
    func share() async throws {
        try await with { server, api, tenant in
            let fixture = try await Fixture(server, tenant)
            _ = try await fixture.row(of: "widgets")
            let path = "dashboards/\(fixture.dashboard.text)"
            let shared = try await api.send(.post, path + "/share", as: tenant.admin)
            #expect(shared.attribute("is_public") == true)
            let token = try #require(shared.body["meta"]?["token"]?.stringValue)
            let links = server.links
            let found = try #require(try await links.dashboard(token: token))
            #expect(found.dashboard.id == fixture.dashboard)
            #expect(found.widgets.count == 1)
            #expect(found.dashboard["public_token"].isNull)
            #expect(try await !api.get(path, as: tenant.owner).text.contains(token))
            let again = try await api.send(.post, path + "/share", as: tenant.admin)
            #expect(try await links.dashboard(token: token) == nil)
            let second = try #require(again.body["meta"]?["token"]?.stringValue)
            #expect(try await links.dashboard(token: second) != nil)
            #expect(try await api.send(.post, path + "/unshare", as: tenant.member).attribute("is_public") == false)
            #expect(try await links.dashboard(token: second) == nil)
            #expect(try await links.dashboard(token: "") == nil)
            #expect(
                server.changes.all.filter { $0.id == fixture.dashboard }.map(\.action) == [
                    .custom("share"), .custom("share"), .custom("unshare"),
                ]
            )
        }
    }

    @Test("actions reach the engine and say what became")
    func actions() async throws {
        try await with { server, api, tenant in
            let fixture = try await Fixture(server, tenant)
            let path = "pipelines/\(fixture.pipeline.text)"
            let run = try await api.send(.post, path + "/run", as: tenant.member)
            #expect(run.status == 202)
            #expect(run.data["type"] == "jobs")
            #expect(try await api.send(.post, path + "/pause", as: tenant.member).attribute("status") == "paused")
            #expect(try await api.send(.post, path + "/resume", as: tenant.member).attribute("status") == "active")
            let preview: JSONValue = ["mapping": ["mappings": []], "sample": [["a": 1]]]
            let seen = try await api.send(
                .post,
                path + "/preview",
                preview,
                as: tenant.member,
                headers: [.contentType: "application/json"]
            )
            #expect(seen.status == 200, "\(seen.text)")
            #expect(seen.attribute("output") == [[["a": 1]]])
            let unknown = try await api.send(.post, path + "/preview", ["colour": 1], as: tenant.member)
            #expect(unknown.pointers == ["/colour"])
            #expect(try await api.send(.post, path + "/run?now=1", as: tenant.member).parameters == ["now"])
            for call in ["run", "forget failures", "preview"] { #expect(server.operations.count(call) == 1) }
            let delivery = try await fixture.row(of: "deliveries")
            let redriven = try await api.send(.post, "deliveries/\(delivery.text)/redrive", as: tenant.member)
            #expect(redriven.body["meta"]?["redriven"]?.intValue != nil)
        }
    }

    @Test("every change leaves its trace, with old and new values and no secrets")
    func audit() async throws {
        try await with { server, api, tenant in
            let attributes: JSONValue = [
                "name": "P", "type": "polling", "interval_seconds": 5, "source_type": "http",
                "source_config": ["url": "https://example.org", "auth": ["token": "s3cret"]],
            ]
            let id = try await api.create("pipelines", attributes, as: tenant.manage).id
            _ = try await api.update("pipelines", id, ["retention_days": 9], as: tenant.member)
            _ = try await api.update("pipelines", id, ["retention_days": 0], as: tenant.member)
            _ = try await api.send(.post, "pipelines/\(id)/pause", as: tenant.member)
            _ = try await api.send(.delete, "pipelines/\(id)", as: tenant.admin)
            let events = try await api.get("audit_events?filter[resource_id]=\(id)&sort=inserted_at", as: tenant.admin)
            let actions = events.rows.compactMap { $0["attributes"]?["action"]?.stringValue }
            #expect(actions == ["create", "update", "pause", "delete"])
            let kinds = events.rows.compactMap { $0["attributes"]?["actor_type"]?.stringValue }
            #expect(kinds == ["api_token", "user", "user", "user"])
            #expect(
                events.rows[1]["attributes"]?["detail"] == [
                    "attributes": ["retention_days"], "changes": ["retention_days": ["from": .null, "to": 9]],
                ]
            )
            #expect(events.rows[3]["attributes"]?["detail"]?["changes"]?["name"] == ["from": "P"])
            #expect(events.text.contains("https://example.org"))
            #expect(!events.text.contains("s3cret"))
            let changes = server.changes.all.filter { $0.id.text == id }.map(\.action)
            #expect(changes == [.create, .update, .custom("pause"), .delete])
        }
    }

    @Test("a deleted team takes everything along and is remembered by the server")
    func deleteTeam() async throws {
        try await with { server, api, tenant in
            _ = try await Fixture(server, tenant)
            #expect(try await api.send(.delete, "teams/\(tenant.team.text)", as: tenant.owner).status == 204)
            #expect(try await server.rows(Resources.pipelines).isEmpty)
            #expect(try await server.rows(Resources.auditEvents, [.init("action", .eq, "delete")]).count == 1)
            #expect(try await api.get("pipelines", as: tenant.owner).status == 401)
            #expect(try await api.get("pipelines", as: tenant.manage).status == 401)
        }
    }
}
