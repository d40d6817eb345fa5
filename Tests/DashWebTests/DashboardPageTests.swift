import DashJSON
import DashModel
import DashStorage
import FoundationEssentials
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing

@testable import DashAPI
@testable import DashWeb

@Suite("Dashboard pages")
struct DashboardPageTests {
    static let records = [#"{"station":"north","value":21.5}"#, #"{"station":"south","value":24}"#]

    static func query(_ tenant: TestSite.Tenant, _ fields: JSONValue = [["path": "value"]]) -> JSONValue {
        ["pipeline_id": .string(tenant.pipeline.text), "fields": fields, "range": ["last": "1h"]]
    }

    /// Neither styles nor scripts of the page's own, as the policy would refuse them.
    static func checkMarkup(_ page: Browser.Page, _ path: String) {
        #expect(!page.text.contains("<style"), "\(path)")
        #expect(page.text.firstMatch(of: /\sstyle=/) == nil, "\(path)")
        #expect(page.text.firstMatch(of: /\son[a-z]+=/) == nil, "\(path)")
        #expect(page.text.firstMatch(of: /<script(?![^>]*\ssrc=)/) == nil, "\(path)")
        #expect(page.text.firstMatch(of: /\{\{|Cannot find template/) == nil, "\(path)")
    }

    @Test("show each role what it may do, and refuse the rest", arguments: Role.allCases)
    func roles(_ role: Role) async throws {
        let site = try await TestSite()
        let tenant = try await site.makeTenant(records: Self.records)
        let id = try await site.makeDashboard(as: tenant.owner)
        let widget = try await site.makeWidget("table", on: id, query: Self.query(tenant), as: tenant.owner)
        let session = try await site.signIn(role, into: tenant).token
        try await site.run { client in
            let browser = Browser(client, session: session)
            let home = "/dashboards/\(id.text)"
            let mayEdit = role >= .member
            let list = try await browser.get("/dashboards")
            #expect(list.text.contains("Overview") && list.text.contains("1 widget"))
            #expect(list.text.contains("New dashboard") == mayEdit)
            let view = try await browser.get(home)
            #expect(view.status == .ok)
            #expect(view.text.contains("Add widget") == mayEdit)
            #expect(view.text.contains("/widgets/\(widget.text)/edit") == mayEdit)
            #expect(view.text.contains("Make public link") == (role >= .admin))
            #expect(view.text.contains(#"<td class="num">21.5</td>"#), "the server draws the first answer")
            let forms = [
                "/dashboards/new", home + "/edit", home + "/widgets/new", home + "/widgets/\(widget.text)/edit",
            ]
            for path in ["/dashboards", home] + forms {
                let page = try await browser.get(path)
                #expect(page.status == (forms.contains(path) && !mayEdit ? .forbidden : .ok), "\(role) \(path)")
                Self.checkMarkup(page, path)
            }
            let csrf = [("_csrf", view.csrf ?? "")]
            let posts: [(String, [(String, String)], Role)] = [
                ("/dashboards", [("name", "Mine")], .member), (home, [("name", "Ours")], .member),
                (home + "/widgets", [("type", "text"), ("text", "Hello")], .member),
                (home + "/widgets/preview", [("type", "text"), ("text", "Hello")], .member),
                (home + "/widgets/\(widget.text)", [("type", "text"), ("text", "Hello")], .member),
                (home + "/share", [], .admin), (home + "/unshare", [], .member),
                (home + "/widgets/\(widget.text)/delete", [], .member), (home + "/delete", [], .member),
            ]
            for (path, fields, minimum) in posts {
                #expect(try await browser.post(path, fields).status == .forbidden, "\(path) without a token")
                let answer = try await browser.post(path, csrf + fields)
                #expect((answer.status == .forbidden) == (role < minimum), "\(role) \(path): \(answer.status)")
                #expect(answer.status.code < 400 || answer.status == .forbidden, "\(role) \(path): \(answer.status)")
            }
        }
    }

    @Test("keep teams apart")
    func tenants() async throws {
        let site = try await TestSite()
        let tenant = try await site.makeTenant(records: Self.records)
        let id = try await site.makeDashboard(as: tenant.owner)
        let widget = try await site.makeWidget("table", on: id, query: Self.query(tenant), as: tenant.owner)
        let other = try await site.makeTenant()
        let theirs = try await site.makeDashboard(as: other.owner)
        let session = try await site.signIn(.admin, into: other).token
        try await site.run { client in
            let browser = Browser(client, session: session)
            let csrf = try await browser.get("/dashboards/new").csrf ?? ""
            let home = "/dashboards/\(id.text)"
            for path in ["", "/edit", "/widgets/new", "/widgets/\(widget.text)/edit"] {
                #expect(try await browser.get(home + path).status == .notFound)
            }
            for path in ["", "/delete", "/share", "/unshare", "/widgets", "/widgets/\(widget.text)/delete"] {
                let answer = try await browser.post(home + path, [("_csrf", csrf), ("name", "x")])
                #expect(answer.status == .notFound, "\(path): \(answer.status)")
            }
            // Another team's pipeline is nothing that one's own widget can show.
            let stolen = [
                ("_csrf", csrf), ("type", "table"), ("pipeline_id", tenant.pipeline.text), ("fields.0.path", "value"),
            ]
            let made = try await browser.post("/dashboards/\(theirs.text)/widgets", stolen)
            #expect(made.status == .unprocessableContent)
            let preview = try await browser.post("/dashboards/\(theirs.text)/widgets/preview", stolen)
            #expect(!preview.text.contains("21.5"))
        }
    }

    @Test("make, rename and delete a dashboard, and find it by its slug")
    func settings() async throws {
        let site = try await TestSite()
        let tenant = try await site.makeTenant()
        let session = try await site.signIn(.member, into: tenant).token
        try await site.run { client in
            let browser = Browser(client, session: session)
            #expect(try await browser.get("/dashboards").text.contains("No dashboards yet"))
            let refused = try await browser.submit(
                "/dashboards",
                from: "/dashboards/new",
                [("name", ""), ("refresh_interval_seconds", "soon")]
            )
            #expect(refused.status == .unprocessableContent)
            #expect(refused.text.contains("Name must not be empty"))
            #expect(refused.text.contains("The interval must be a whole number"))
            let made = try await browser.submit("/dashboards", from: "/dashboards/new", [("name", "Café <1>")])
            let home = try #require(made.headers[.location])
            let view = try await browser.get(home)
            #expect(view.text.contains("Café &lt;1&gt;") && view.text.contains("Nothing on it yet"))
            #expect(try await browser.get("/dashboards/cafe-1").headers[.location] == home)
            #expect(try await browser.get("/dashboards/nowhere").status == .notFound)
            let taken = [("name", "Second"), ("slug", "cafe-1")]
            let conflict = try await browser.submit("/dashboards", from: "/dashboards/new", taken)
            #expect(conflict.status == .conflict && conflict.text.contains("The address is taken"))
            let changed = [("name", "Tea"), ("slug", "tea"), ("refresh_interval_seconds", "30")]
            #expect(try await browser.submit(home, from: home + "/edit", changed).status == .seeOther)
            #expect(try await browser.get(home + "/edit").text.contains(#"value="30""#))
            #expect(try await browser.submit(home + "/delete", from: home + "/edit", []).status == .seeOther)
            #expect(try await browser.get(home).status == .notFound)
        }
    }

    @Test("share only the widgets' answers, until the link is turned off")
    func sharing() async throws {
        let site = try await TestSite()
        let tenant = try await site.makeTenant(records: Self.records)
        let id = try await site.makeDashboard(as: tenant.owner)
        let config: JSONValue = ["title": "Warmest", "unit": "°C", "note": "internal remark"]
        let fields: JSONValue = [["path": "value", "aggregate": "max"]]
        _ = try await site.makeWidget(
            "stat_card",
            on: id,
            query: Self.query(tenant, fields),
            config: config,
            as: tenant.owner
        )
        let session = try await site.signIn(.admin, into: tenant).token
        try await site.run { client in
            let browser = Browser(client, session: session)
            let home = "/dashboards/\(id.text)"
            let shared = try await browser.submit(home + "/share", from: home, [])
            Self.checkMarkup(shared, "share")
            let link = String(try #require(shared.text.firstMatch(of: /http:\/\/dash\.test(\/d\/[\w-]{43})/)?.output.1))
            #expect(try await browser.get(home + "/share").headers[.location] == home)
            #expect(try await !browser.get(home).text.contains(link), "the link is shown once")

            let guest = Browser(client)
            let page = try await guest.get(link)
            #expect(page.status == .ok)
            Self.checkMarkup(page, link)
            #expect(page.text.contains("Warmest") && page.text.contains(#"<span class="figure">24</span>"#))
            for secret in [
                tenant.pipeline.text, tenant.team.text, id.text, "Readings", "internal remark", "data_query",
            ] {
                #expect(!page.text.contains(secret), "\(secret)")
            }
            #expect(!page.text.contains("Edit") && !page.text.contains("<form"))
            #expect(page.headers[.robotsTag]?.contains("noindex") == true)
            #expect(page.headers[.referrerPolicy] == "no-referrer")
            // Somebody who is signed in sees no more there.
            #expect(try await !browser.get(link).text.contains("<form"))

            let viewer = try site.live.open(
                .dashboard(id, team: tenant.team),
                as: .link(SecretToken.hash(String(link.dropFirst(3)))),
                after: nil
            )
            #expect(await viewer.next() != nil)
            #expect(try await browser.submit(home + "/unshare", from: home, []).status == .seeOther)
            while await viewer.next() != nil {}
            let gone = try await guest.get(link)
            #expect(gone.status == .notFound && gone.text.contains("Nothing is shared here"))
            Self.checkMarkup(gone, "gone")
            #expect(try await guest.get(link + "/live").status == .notFound)
            #expect(try await guest.get("/d/short").status == .notFound)

            let again = try await browser.submit(home + "/share", from: home, [])
            let second = String(
                try #require(again.text.firstMatch(of: /http:\/\/dash\.test(\/d\/[\w-]{43})/)?.output.1)
            )
            #expect(second != link)
            #expect(try await guest.get(link).status == .notFound)
            #expect(try await guest.get(second).status == .ok)
        }
    }

    @Test("give the places of widgets as a stylesheet that follows from its address")
    func stylesheet() async throws {
        let places = [WidgetPlaces.Place(x: 0, y: 2, w: 8, h: 4), WidgetPlaces.Place(x: 8, y: 0, w: 16, h: 6)]
        let address = DashboardStylesheet.address(of: places)
        #expect(address == "/layout.css?places=0.2.8.4-8.0.16.6")
        let css = try #require(DashboardStylesheet.css(of: "0.2.8.4-8.0.16.6"))
        #expect(css.contains(".grid > :nth-child(1) { grid-area: 3 / 1 / span 4 / span 8; }"))
        #expect(css.contains(".grid > :nth-child(2) { grid-area: 1 / 9 / span 6 / span 16; }"))
        for text in ["1.2.3", "0.0.0.1", "24.0.1.1", "0.0.25.1", "0.-1.2.3", "a.b.c.d", "0.0.8.4}body{color:red}"] {
            #expect(DashboardStylesheet.css(of: text) == nil, "\(text)")
        }
        let site = try await TestSite()
        try await site.run { client in
            let sheet = try await Browser(client).get(address)
            #expect(sheet.headers[.contentType] == "text/css; charset=utf-8")
            #expect(try await Browser(client).get("/layout.css?places=x").status == .notFound)
        }
    }
}
