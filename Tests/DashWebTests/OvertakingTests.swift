import DashAPI
import DashJSON
import DashModel
import DashSQLite
import DashStorage
import Foundation
import HTTPTypes
import Testing

@testable import DashWeb

/// Two who have the same form open.
@Suite("Who saves second")
struct OvertakingTests {
    @Test("is told what the first has changed, and saves over it only knowingly")
    func dashboard() async throws {
        let site = try await TestSite()
        let tenant = try await site.makeTenant()
        let id = try await site.makeDashboard(as: tenant.owner)
        try await site.run { client in
            let path = "/dashboards/\(id.text)"
            let browser = Browser(client, session: try await site.signIn(.member, into: tenant).token)
            let opened = try #require(Self.version(in: try await browser.get(path + "/edit").text))
            _ = try await site.resources.update(
                Resources.dashboards,
                id: id,
                ResourceInput(attributes: ["refresh_interval_seconds": 77]),
                as: tenant.owner
            )
            let typed = [("name", "Mine"), ("slug", "mine"), ("refresh_interval_seconds", "5")]
            let second = try await browser.submit(path, from: path + "/edit", typed + [("version", opened)])
            #expect(second.status == .preconditionFailed)
            #expect(second.text.contains("is 77 now"))
            #expect(second.text.contains(#"value="Mine""#), "what was typed is still there")
            #expect(
                try await site.store.resources.fetch(Resources.dashboards, id: id, in: .system)?.string("name")
                    != "Mine"
            )
            let told = try #require(Self.version(in: second.text))
            let knowing = try await browser.submit(path, from: path + "/edit", typed + [("version", told)])
            #expect(knowing.status == .seeOther)
            let row = try #require(try await site.store.resources.fetch(Resources.dashboards, id: id, in: .system))
            #expect(row.string("name") == "Mine" && row["refresh_interval_seconds"] == 5)
        }
    }

    @Test("is told so by the forms of widgets, mappings, members and teams as well")
    func others() async throws {
        let site = try await TestSite()
        let tenant = try await site.makeTenant()
        let dashboard = try await site.makeDashboard(as: tenant.owner)
        let widget = try await site.makeWidget("text", on: dashboard, query: [:], as: tenant.owner)
        let mapping = try await site.resources.create(
            Resources.dataMappings,
            ResourceInput(attributes: ["mappings": []], relationships: ["pipeline": tenant.pipeline]),
            as: tenant.owner
        ).row.id
        let viewer = try await site.signIn(.viewer, into: tenant).email
        let people = try await site.accounts.members(as: tenant.owner)
        let membership = try #require(people.first { $0.email == viewer }).membership
        let home = "/dashboards/\(dashboard.text)/widgets/\(widget.text)"
        let map = "/pipelines/\(tenant.pipeline.text)/mapping"
        let forms: [(Resource, UUID, JSONObject, page: String, post: String, [(String, String)])] = [
            (
                Resources.widgets, widget, ["config": ["text": "b"]], home + "/edit", home,
                [("type", "text"), ("text", "a")]
            ),
            (Resources.dataMappings, mapping, ["note": "theirs"], map, map, [("note", "mine")]),
            (
                Resources.memberships, membership, ["active": false], "/team", "/team/members/\(membership.text)",
                [("role", "member")]
            ),
            (Resources.teams, tenant.team, ["name": "Theirs"], "/team", "/team", [("name", "Mine")]),
        ]
        try await site.run { client in
            let browser = Browser(client, session: try await site.signIn(.admin, into: tenant).token)
            for (resource, id, theirs, page, post, mine) in forms {
                let stored = try await site.store.resources.fetch(resource, id: id, in: .system)
                let seen = try #require(stored?.version)
                #expect(
                    try await browser.get(page).text.contains(#"name="version" value="\#(seen)""#),
                    "\(resource.name)"
                )
                let input = ResourceInput(attributes: theirs)
                _ = try await site.resources.update(resource, id: id, input, as: tenant.owner)
                let second = try await browser.submit(post, from: page, mine + [("version", seen)])
                #expect(second.status == .preconditionFailed, "\(resource.name)")
                #expect(second.text.contains("changed"), "\(resource.name)")
                let again = try #require(try await site.store.resources.fetch(resource, id: id, in: .system)?.version)
                #expect(second.text.contains(#"name="version" value="\#(again)""#), "\(resource.name)")
                let knowing = try await browser.submit(post, from: page, mine + [("version", again)])
                #expect(knowing.status == .seeOther, "\(resource.name): \(knowing.text.prefix(300))")
            }
        }
    }

    @Test("is not held up by what the server itself notes in the row")
    func notes() async throws {
        let site = try await TestSite()
        let tenant = try await site.makeTenant()
        let id = try await site.makeDashboard(as: tenant.owner)
        let row = try #require(try await site.store.resources.fetch(Resources.dashboards, id: id, in: .system))
        let noted = ResourceRow(id: id, values: ["name": "Noted"])
        try await site.store.resources.apply([.update(Resources.dashboards, noted)], in: .system)
        let saved = try await site.resources.update(
            Resources.dashboards,
            id: id,
            ResourceInput(attributes: ["name": "Saved"]),
            seen: row.version,
            as: tenant.owner
        )
        #expect(saved.string("name") == "Saved" && saved.version != row.version)
    }

    private static func version(in page: String) -> String? {
        guard let start = page.range(of: #"name="version" value=""#) else { return nil }
        return String(page[start.upperBound...].prefix { $0 != "\"" })
    }
}
