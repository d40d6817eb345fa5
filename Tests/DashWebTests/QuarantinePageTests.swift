import DashJSON
import DashModel
import DashSQLite
import DashStorage
import FoundationEssentials
import HTTPTypes
import Testing

@testable import DashAPI
@testable import DashWeb

@Suite("The pages of mappings and their quarantine")
struct QuarantinePageTests {
    private func refuse(_ site: TestSite, _ tenant: TestSite.Tenant, _ records: [(String, String)]) async throws {
        let changes = records.map { rule, data in
            ResourceChange.insert(
                Resources.quarantinedRecords,
                ResourceRow(
                    id: .v7(),
                    values: [
                        "team_id": .string(tenant.team.text), "pipeline_id": .string(tenant.pipeline.text),
                        "rule": .string(rule), "field": "n", "reason": .string("n breaks \(rule)"),
                        "data": .string(data), "received_at": "2026-02-03T10:00:00Z",
                    ]
                )
            )
        }
        try await site.store.resources.apply(changes, in: .system)
    }

    private func left(_ site: TestSite, _ tenant: TestSite.Tenant) async throws -> [ResourceRow] {
        try await site.store.resources.list(Resources.quarantinedRecords, .init(), in: .team(tenant.team)).rows
    }

    @Test("shows why, filters, replays what is ticked and discards what matches")
    func quarantine() async throws {
        let site = try await TestSite()
        let tenant = try await site.makeTenant()
        try await refuse(site, tenant, [("range", #"{"n":11}"#), ("range", #"{"n":12}"#), ("type", #"{"n":"<x>"}"#)])
        let session = try await site.signIn(.member, into: tenant).token
        try await site.run { client in
            let browser = Browser(client, session: session)
            let path = "/pipelines/\(tenant.pipeline.text)/quarantine"
            let page = try await browser.get(path)
            try PageTests.checkMarkup(page, path)
            #expect(page.text.contains("n breaks range") && page.text.contains("&lt;x&gt;"))
            let ranges = try await browser.get(path + "?rule=range&from=2026-02-03T10:00&to=2026-02-04T00:00")
            #expect(ranges.text.contains("{&quot;n&quot;:11}") && !ranges.text.contains("&lt;x&gt;"))
            #expect(try await browser.get(path + "?to=2026-02-03T10:00").text.contains("Nothing matches"))
            #expect(try await browser.get(path + "?from=soon").text.contains("Times are in UTC"))

            let none = try await browser.submit(path + "/replay", from: path, [("rule", "")])
            #expect(none.status == .unprocessableContent && none.text.contains("Tick the records first"))
            let rows = try await left(site, tenant)
            let ticked = try #require(rows.first { $0["rule"] == "type" }).id.text
            let fields = [("record", ticked), ("rule", "range")]
            #expect(try await browser.submit(path + "/replay", from: path, fields).status == .seeOther)
            let replay = try await site.store.resources.list(Resources.replays, .init(), in: .team(tenant.team)).rows
                .first
            #expect(replay?["selection"] == ["records": [.string(ticked)]])
            let after = try await browser.get(path + "?replaying=true")
            #expect(after.text.contains("The replay has begun") && after.text.contains("0 of 1"))
            #expect(after.text.contains(#"hx-trigger="load delay:2s""#))
            #expect(try await browser.get(path + "/replays").text.contains("<progress"))

            let download = try await browser.get(path + "/records.ndjson?rule=range")
            #expect(download.headers[.contentType] == "application/x-ndjson")
            #expect(download.text.split(separator: "\n").count == 2)
            let line = try JSONValue(parsing: String(download.text.split(separator: "\n")[0]))
            #expect(line["rule"] == "range" && line["record"]?["n"] != nil)

            let matching = [("all", "true"), ("rule", "range"), ("record", ticked)]
            let discarded = try await browser.submit(path + "/discard", from: path, matching)
            #expect(discarded.headers[.location]?.contains("discarded=2") == true)
            #expect(try await left(site, tenant).map { $0["rule"] } == ["type"])
            #expect(try await browser.submit(path + "/discard", from: path, [("all", "true")]).status == .seeOther)
            #expect(try await left(site, tenant).isEmpty)
        }
    }

    @Test("a viewer sees the quarantine and can't touch it")
    func viewer() async throws {
        let site = try await TestSite()
        let tenant = try await site.makeTenant()
        try await refuse(site, tenant, [("range", "{}")])
        let session = try await site.signIn(.viewer, into: tenant).token
        try await site.run { client in
            let browser = Browser(client, session: session)
            let path = "/pipelines/\(tenant.pipeline.text)/quarantine"
            let page = try await browser.get(path)
            #expect(page.text.contains("n breaks range") && !page.text.contains("Replay chosen"))
            let answer = try await browser.submit(path + "/discard", from: path, [("all", "true")])
            #expect(answer.status == .forbidden)
        }
    }

    @Test("versions are listed, compared and saved again; the preview shows each record's fate")
    func versions() async throws {
        let site = try await TestSite()
        let tenant = try await site.makeTenant()
        let session = try await site.signIn(.member, into: tenant).token
        try await site.run { client in
            let browser = Browser(client, session: session)
            let path = "/pipelines/\(tenant.pipeline.text)/mapping"
            let first = [("rules", #"[{"kind":"required","field":"a"}]"#), ("note", "the <first>")]
            #expect(try await browser.submit(path, from: path, first).status == .seeOther)
            let tests = [("tests", #"[{"name":"t","input":{"b":1},"expected":{"b":1}}]"#)]
            #expect(try await browser.submit(path, from: path, tests).status == .seeOther)
            #expect(try await browser.get(path).text.contains("<details open><summary>Tests"))
            let list = try await browser.get(path + "/versions")
            #expect(list.text.contains("the &lt;first&gt;"))
            let query = ResourceQuery(sort: [.init("number")])
            let rows = try await site.store.resources.list(Resources.dataMappingVersions, query, in: .team(tenant.team))
                .rows
            #expect(rows.map { $0["number"] } == [1, 2])
            let version = path + "/versions/" + rows[1].id.text
            let page = try await browser.get(version)
            try PageTests.checkMarkup(page, version)
            #expect(page.text.contains("<code>/rules/0</code>") && page.text.contains("<code>/tests/0</code>"))
            let other = try await browser.get(version + "?with=2")
            #expect(other.text.contains("It does not differ from version 2"))
            let restore = path + "/versions/" + rows[0].id.text
            #expect(try await browser.submit(restore + "/restore", from: restore, []).status == .seeOther)
            let mapping = try await site.store.resources.list(Resources.dataMappings, .init(), in: .team(tenant.team))
                .rows.first
            #expect(mapping?["rules"].arrayValue?.count == 1 && mapping?["tests"] == [])

            let preview = try await browser.submit(path + "/preview", from: path, [("from", "quarantine")])
            #expect(preview.text.contains("3 in, 1 out, 1 filtered, 0 repeated, 1 refused"))
            #expect(preview.text.contains("is missing") && preview.text.contains("/tests/0/expected"))
        }
    }
}
