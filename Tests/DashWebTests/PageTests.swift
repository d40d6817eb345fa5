import DashJSON
import DashModel
import DashSQLite
import DashStorage
import FoundationEssentials
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing

@testable import DashAPI
@testable import DashWeb

@Suite("Pages")
struct PageTests {
    static let password = "correct horse battery"

    /// Every page that a member can open, with the ids of what the tenant has.
    static func paths(_ tenant: TestSite.Tenant, _ dashboard: UUID, _ widget: UUID) -> [String] {
        let pipeline = "/pipelines/\(tenant.pipeline.text)"
        return [
            "/dashboards", "/dashboards/\(dashboard.text)", "/pipelines", pipeline, pipeline + "/mapping",
            pipeline + "/sinks", pipeline + "/runs", pipeline + "/quarantine", "/team",
            pipeline + "/mapping/versions", pipeline + "/quarantine/replays",
            pipeline + "/quarantine?rule=range&from=2026-01-01T00:00",
            "/pipelines/new", pipeline + "/edit", "/dashboards/new", "/dashboards/\(dashboard.text)/edit",
            "/dashboards/\(dashboard.text)/widgets/new", "/dashboards/\(dashboard.text)/widgets/\(widget.text)/edit",
            "/pipelines/fields?source_type=http", pipeline + "/ledger",
            pipeline + "/sinks/fields?sink_type=webhook", "/tokens",
        ]
    }

    @Test("show every role what its policy allows, without any inline script or style", arguments: Role.allCases)
    func everyRole(_ role: Role) async throws {
        let site = try await TestSite()
        let tenant = try await site.makeTenant(records: [#"{"station":"north","value":21.5}"#])
        let dashboard = try await site.makeDashboard(as: tenant.owner)
        let widget = try await site.makeWidget("table", on: dashboard, query: query(tenant), as: tenant.owner)
        let session = try await site.signIn(role, into: tenant).token
        try await site.run { client in
            let browser = Browser(client, session: session)
            for path in Self.paths(tenant, dashboard, widget) {
                let page = try await browser.get(path)
                let isRefused =
                    (role == .viewer && (path.hasSuffix("/new") || path.hasSuffix("/edit")))
                    || (role < .admin && path == "/tokens")
                #expect(page.status == (isRefused ? .forbidden : .ok), "\(role) \(path): \(page.status)")
                try Self.checkMarkup(page, path)
            }
        }
    }

    private func query(_ tenant: TestSite.Tenant) -> JSONValue {
        ["pipeline_id": .string(tenant.pipeline.text), "fields": [["path": "value"]], "range": ["last": "1h"]]
    }

    /// What the content security policy would refuse must not be there in the first place.
    static func checkMarkup(_ page: Browser.Page, _ path: String) throws {
        let policy = try #require(page.headers[.contentSecurityPolicy], "\(path) has no policy")
        #expect(policy.contains("default-src 'self'"))
        #expect(policy.contains("frame-ancestors 'none'"))
        #expect(!policy.contains("unsafe"))
        #expect(page.headers[.xContentTypeOptions] == "nosniff")
        #expect(page.headers[.requestID]?.isEmpty == false)
        #expect(page.text.firstMatch(of: /<[^>]+\sstyle=/) == nil, "\(path) has a style attribute")
        #expect(page.text.firstMatch(of: /<[^>]+\son[a-z]+=/) == nil, "\(path) has a script attribute")
        #expect(page.text.firstMatch(of: /<style/) == nil, "\(path) has a style element")
        for script in page.text.matches(of: /<script([^>]*)>/) {
            #expect(script.output.1.contains("src="), "\(path) has an inline script")
        }
        #expect(!page.text.contains("{{"), "\(path) shows a piece of its template")
    }

    @Test("sign-up, sign-out and sign-in lead through the site")
    func signing() async throws {
        let site = try await TestSite()
        try await site.run { client in
            let browser = Browser(client)
            #expect(try await browser.get("/dashboards").headers[.location] == "/sign-in?next=%2Fdashboards")
            let refused = try await browser.submit(
                "/sign-up",
                from: "/sign-up",
                [("email", "ada"), ("password", "short")]
            )
            #expect(refused.status == .unprocessableContent)
            #expect(refused.text.contains("E-mail must be"))
            let email = "ada@example.org"
            let made = try await browser.submit(
                "/sign-up",
                from: "/sign-up",
                [("email", email), ("password", Self.password), ("team_name", "Ada & friends")]
            )
            #expect(made.status == .seeOther)
            let cookie = made.headers[.setCookie] ?? ""
            #expect(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && cookie.contains("Path=/"))
            let home = try await browser.get("/dashboards")
            #expect(home.status == .ok)
            #expect(home.text.contains("Ada &amp; friends"))
            #expect(try await browser.submit("/sign-out", from: "/dashboards", []).status == .seeOther)
            #expect(try await browser.get("/dashboards").status == .seeOther)
            let wrong = try await browser.submit(
                "/sign-in",
                from: "/sign-in",
                [("email", email), ("password", "wrong horse battery")]
            )
            #expect(wrong.status == .unauthorized)
            let back = try await browser.submit(
                "/sign-in",
                from: "/sign-in?next=/pipelines",
                [("email", email), ("password", Self.password), ("next", "/pipelines")]
            )
            #expect(back.headers[.location] == "/pipelines")
            #expect(try await browser.get("/pipelines").status == .ok)
        }
    }

    @Test(
        "leads only to places of its own after signing in",
        arguments: ["//evil.example", "https://evil.example", "/\\evil", ""]
    )
    func localPath(_ path: String) { #expect(AccountRoutes.localPath(path) == "/") }

    @Test("refuses a form without the token, with another's, and from nobody")
    func forgery() async throws {
        let site = try await TestSite()
        let tenant = try await site.makeTenant()
        let session = try await site.signIn(.admin, into: tenant).token
        let other = try await site.signIn(.admin, into: tenant).token
        try await site.run { client in
            let browser = Browser(client, session: session)
            let fields = [("name", "x"), ("scopes", "read")]
            #expect(try await browser.post("/tokens", fields).status == .forbidden)
            let stolen = try await Browser(client, session: other).get("/tokens").csrf ?? ""
            #expect(try await browser.post("/tokens", [("_csrf", stolen)] + fields).status == .forbidden)
            let own = try await browser.get("/tokens").csrf ?? ""
            #expect(try await browser.post("/tokens", [("_csrf", own)] + fields).status == .ok)
            #expect(
                try await browser.post("/tokens", fields, headers: [try #require(HTTPField.Name("x-csrf-token")): own])
                    .status == .ok
            )
            #expect(
                try await Browser(client).post("/sign-in", [("email", "a@b.c"), ("password", "x")]).status == .forbidden
            )
            #expect(try await Browser(client).post("/tokens", fields).status == .seeOther)
        }
    }

    @Test("makes a pipeline by form, says what is wrong beside the field, and never shows a secret")
    func pipelineForm() async throws {
        let site = try await TestSite()
        let tenant = try await site.makeTenant()
        let session = try await site.signIn(.member, into: tenant).token
        try await site.run { client in
            let browser = Browser(client, session: session)
            let fields = [
                ("name", "Weather"), ("source_type", "http"), ("schedule", "interval"), ("interval_seconds", "5"),
                ("source_config.headers", "accept: text/csv\r\nx-station: s3cret-header"),
                ("source_config.auth.kind", "bearer"),
                ("source_config.auth.token", "s3cret-token"), ("persist_data", "true"),
            ]
            let refused = try await browser.submit("/pipelines", from: "/pipelines/new", fields)
            #expect(refused.status == .unprocessableContent)
            #expect(refused.text.contains("URL is required"))
            #expect(!refused.text.contains("s3cret-token"))
            let url = [("source_config.url", "https://api.example.org/now?key=s3cret-key&unit=C")]
            let made = try await browser.submit("/pipelines", from: "/pipelines/new", fields + url)
            #expect(made.status == .seeOther)
            let path = try #require(made.headers[.location])
            let page = try await browser.get(path + "/edit")
            #expect(page.text.contains("https://api.example.org/now?key=********&amp;unit=C"))
            #expect(page.text.contains("accept: text/csv\nx-station: ********"))
            #expect(page.text.contains(ConfigForm.mask))
            #expect(!page.text.contains("s3cret"))
            let shown = ["source_config.auth.token", "source_config.headers", "name"]
            let kept =
                fields.filter { !shown.contains($0.0) } + [
                    ("name", "Weather, renamed"), ("source_config.auth.token", ConfigForm.mask),
                    ("retention_days", "30"),
                    ("source_config.headers", "accept: text/csv\r\nx-station: ********"),
                ]
            let moved = try await browser.submit(
                path,
                from: path + "/edit",
                kept + [("source_config.url", "https://api.example.org/elsewhere?key=********")]
            )
            #expect(moved.status == .unprocessableContent)
            #expect(moved.text.contains("must be entered again, as url changed"))
            let same = [("source_config.url", "https://api.example.org/now?key=********&unit=C")]
            #expect(try await browser.submit(path, from: path + "/edit", kept + same).status == .seeOther)
            let id = try #require(UUID(uuidString: String(path.split(separator: "/").last ?? "")))
            let row = try #require(try await site.store.resources.fetch(Resources.pipelines, id: id, in: .system))
            #expect(row["source_config"]["auth"]?["token"] == "s3cret-token")
            #expect(row["source_config"]["headers"] == ["accept": "text/csv", "x-station": "s3cret-header"])
            #expect(row["source_config"]["url"] == "https://api.example.org/now?key=s3cret-key&unit=C")
            #expect(row.string("name") == "Weather, renamed")
            #expect(row["retention_days"] == 30)
            #expect(row["interval_seconds"] == 5)
            #expect(try await browser.submit(path + "/pause", from: path, []).status == .seeOther)
            #expect(try await browser.get(path).text.contains(#"<span class="badge paused">"#))
        }
    }

    @Test("saves a mapping by rows, and shows what it would make")
    func mapping() async throws {
        let site = try await TestSite()
        let tenant = try await site.makeTenant(records: [#"{"main":{"temp":21}}"#])
        let session = try await site.signIn(.member, into: tenant).token
        try await site.run { client in
            let browser = Browser(client, session: session)
            let path = "/pipelines/\(tenant.pipeline.text)/mapping"
            #expect(try await browser.get(path).text.contains(#"<option value="main.temp">"#))
            let fields = [
                ("mappings.0.target", "temperature"), ("mappings.0.source", "main.temp"), ("mappings.0.type", "number"),
                ("mappings.0.required", "true"), ("mappings.3.target", "place"), ("mappings.3.default", "Tallinn"),
                ("mappings.3.type", "string"), ("mappings.4.target", ""),
            ]
            let broken = try await browser.submit(path, from: path, fields + [("rules", "[")])
            #expect(broken.status == .unprocessableContent)
            #expect(broken.text.contains("is not JSON"))
            let rules = [("rules", #"[{"kind":"required","field":"temperature"}]"#)]
            #expect(try await browser.submit(path, from: path, fields + rules).status == .seeOther)
            let page = try await browser.get(path)
            #expect(page.text.contains(#"value="$.main.temp""#))
            #expect(page.text.contains("Tallinn"))
            let preview = try await browser.submit(path + "/preview", from: path, fields)
            #expect(preview.text.contains("&quot;temperature&quot;: 21"))
            let rows = try await site.store.resources.list(Resources.dataMappings, .init(), in: .team(tenant.team)).rows
            #expect(
                rows.first?["mappings"] == [
                    ["target": "temperature", "source": "$.main.temp", "type": "number", "required": true],
                    ["target": "place", "type": "string", "default": "Tallinn"],
                ]
            )
        }
    }

    @Test("a shared dashboard is there for everybody with its link until it is turned off")
    func publicLink() async throws {
        let site = try await TestSite()
        let tenant = try await site.makeTenant()
        let dashboard = try await site.makeDashboard(as: tenant.owner)
        let config: JSONValue = ["title": "Temperature <now>"]
        let widget = try await site.makeWidget(
            "stat_card",
            on: dashboard,
            query: query(tenant),
            config: config,
            as: tenant.owner
        )
        try await site.run { client in
            let shared = try await site.resources.act(
                "share",
                on: Resources.dashboards,
                id: dashboard,
                as: tenant.owner
            )
            guard case .row(let row) = shared, let token = row.secret else {
                Issue.record("no token")
                return
            }
            let visitor = Browser(client)
            let page = try await visitor.get("/d/" + token)
            #expect(page.status == .ok)
            #expect(page.text.contains("Temperature &lt;now&gt;"))
            #expect(page.text.contains(widget.text))
            #expect(!page.text.contains(tenant.pipeline.text))
            try Self.checkMarkup(page, "/d/{token}")
            _ = try await site.resources.act("unshare", on: Resources.dashboards, id: dashboard, as: tenant.owner)
            #expect(try await visitor.get("/d/" + token).status.code >= 400)
            #expect(try await visitor.get("/d/\(token)/live").status == .notFound)
        }
    }

    @Test("invites somebody by a link that works once, and deactivates a member at once")
    func team() async throws {
        let site = try await TestSite()
        let tenant = try await site.makeTenant()
        let session = try await site.signIn(.owner, into: tenant).token
        try await site.run { client in
            let browser = Browser(client, session: session)
            let invited = try await browser.submit(
                "/team/invitations",
                from: "/team",
                [("email", "new@example.org"), ("role", "member")]
            )
            let link = try #require(
                invited.text.firstMatch(of: /http:\/\/dash\.test(\/invitations\/[A-Za-z0-9_-]{43})/)
            )
            let path = String(link.output.1)
            let guest = Browser(client)
            #expect(try await guest.get(path).text.contains("new@example.org"))
            let joined = try await guest.submit(path, from: path, [("email", "x@y.zz"), ("password", Self.password)])
            #expect(joined.status == .seeOther)
            #expect(try await guest.get("/team").text.contains("new@example.org"))
            #expect(try await Browser(client).get(path).status == .notFound)
            let members = try await site.accounts.members(as: tenant.owner)
            let member = try #require(members.first { $0.email == "new@example.org" })
            let change = "/team/members/\(member.membership.text)"
            #expect(try await browser.submit(change, from: "/team", [("active", "false")]).status == .seeOther)
            #expect(try await guest.get("/pipelines").status == .forbidden)
        }
    }

    @Test("answers machines with problems and people with pages")
    func problems() async throws {
        let site = try await TestSite()
        try await site.run { client in
            let page = try await Browser(client).get("/nowhere")
            #expect(page.status == .notFound)
            #expect(page.headers[.contentType]?.hasPrefix("text/html") == true)
            try await client.execute(uri: "/nowhere", method: .get, headers: [.requestID: "abc-1"]) {
                #expect($0.status == .notFound)
                #expect($0.headers[.contentType] == "application/problem+json")
                #expect($0.headers[.requestID] == "abc-1")
            }
            try await client.execute(uri: "/live/dashboards/\(UUID.v7().text)", method: .get) {
                #expect($0.status == .unauthorized)
            }
        }
    }

    @Test("a made-up place in a list is the address's fault")
    func cursors() async throws {
        let site = try await TestSite()
        let tenant = try await site.makeTenant()
        let member = try await site.signIn(.member, into: tenant)
        try await site.run { client in
            let browser = Browser(client, session: member.token)
            let pipeline = "/pipelines/\(tenant.pipeline.text)"
            let lists = ["/pipelines", "/dashboards", "/runs", "/uploads", "/mapping/versions"]
            for list in lists {
                let path = list == "/pipelines" || list == "/dashboards" ? list : pipeline + list
                #expect(try await browser.get(path).status == .ok, "\(path)")
                // The second is ["id",null].
                for cursor in ["x", "WyJpZCIsbnVsbF0", "%00"] {
                    let page = try await browser.get(path + "?after=" + cursor)
                    #expect(page.status == .badRequest, "\(path) \(cursor)")
                    #expect(page.text.contains("not one that this list gave out"))
                }
            }
        }
    }

    @Test("serves assets with their hash and nothing beside them")
    func assets() async throws {
        let site = try await TestSite()
        try await site.run { client in
            let page = try await Browser(client).get("/sign-in")
            let address = try #require(page.text.firstMatch(of: /\/assets\/css\/app\.css\?v=[0-9a-f]+/)).output
            let sheet = try await Browser(client).get(String(address))
            #expect(sheet.headers[.contentType] == "text/css; charset=utf-8")
            #expect(sheet.headers[.cacheControl]?.contains("immutable") == true)
            let tag = try #require(sheet.headers[.eTag])
            #expect(try await Browser(client).get("/assets/css/app.css").headers[.cacheControl] == "no-cache")
            let again = try await Browser(client).get("/assets/css/app.css", headers: [.ifNoneMatch: tag])
            #expect(again.status == .notModified)
            for path in ["/assets/../Package.swift", "/assets/%2e%2e/Package.swift", "/assets/css", "/assets/.keep"] {
                #expect(try await Browser(client).get(path).status == .notFound)
            }
        }
    }

    @Test("health, readiness and metrics need nobody")
    func health() async throws {
        let site = try await TestSite()
        try await site.run { client in
            try await client.execute(uri: "/healthz", method: .get) { #expect($0.status == .ok) }
            try await client.execute(uri: "/readyz", method: .get) {
                #expect($0.status == .serviceUnavailable)
                #expect(String(buffer: $0.body) == #"{"status":"not ready","checks":{"draining":"yes"}}"#)
            }
            try await client.execute(uri: "/metrics", method: .get) {
                #expect($0.headers[.contentType]?.hasPrefix("text/plain; version=0.0.4") == true)
                #expect(String(buffer: $0.body) == "dash_up 1\n")
            }
        }
    }
}
