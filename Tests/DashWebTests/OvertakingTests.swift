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
            #expect(try await site.store.fetch(Resources.dashboards, id: id, in: .system)?.string("name") != "Mine")
            let told = try #require(Self.version(in: second.text))
            let knowing = try await browser.submit(path, from: path + "/edit", typed + [("version", told)])
            #expect(knowing.status == .seeOther)
            let row = try #require(try await site.store.fetch(Resources.dashboards, id: id, in: .system))
            #expect(row.string("name") == "Mine" && row["refresh_interval_seconds"] == 5)
        }
    }

    @Test("is not held up by what the server itself notes in the row")
    func notes() async throws {
        let site = try await TestSite()
        let tenant = try await site.makeTenant()
        let id = try await site.makeDashboard(as: tenant.owner)
        let row = try #require(try await site.store.fetch(Resources.dashboards, id: id, in: .system))
        let noted = ResourceRow(id: id, values: ["name": "Noted"])
        try await site.store.apply([.update(Resources.dashboards, noted)], in: .system)
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
